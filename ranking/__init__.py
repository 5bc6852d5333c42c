"""Turns a period's ratings and promises into one honest edition that never changes.

Rooms, from the ground up: `method` holds the published formulas, which know counts alone. `frozen`
is what an edition holds. `counts` goes from rows to counts: residents, not answers, and promises
that fell due; `doubts` is what people look at before it counts. `figures` goes from counts to an
edition, without a database. `life` commits to terms, drafts, publishes and corrects. `verifying`
recomputes an edition from its files, knowing nothing of all this.
"""
