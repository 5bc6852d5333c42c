"""Carries a resident's complaint from filing to answer, then asks how it was.

A case is filed (`intake`), worked on (`casework`) along the table of `lifecycle`, answered, and
rated (`ratings`). Who may do what is in `permissions`; what the resident sees is in `tracking`;
what the officer sees is in `office`. What a text says is told in `texts`; who works here is kept
in `staff`, and what they settle in `administration`. What must leave the house by mail or SMS is
owed in `notices`, in the same transaction as its cause.
"""
