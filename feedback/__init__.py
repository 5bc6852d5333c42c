"""Carries a resident's complaint from filing to answer, then asks how it was.

A case is filed (`intake`), worked on (`casework`) along the table of `lifecycle`, answered, and
rated (`ratings`). Who may do what is in `permissions`; what the resident sees is in `tracking`;
what the officer sees is in `inbox`. What must leave the house by mail or SMS is owed in
`notices`, in the same transaction as its cause.
"""
