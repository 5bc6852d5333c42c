"""What agencies promise, and how working time passes.

A `WorkingCalendar` says when an office is open. A `Commitment` says how long a service takes.
A `Promise` is one piece of work somebody was told a time for, complaint or dossier alike: its
events are only ever appended, and due time and verdict are folded from them. No date can be
reset, because no date is ever set.

The bottom package: it has never heard of a complaint, a rating or a page.
"""
