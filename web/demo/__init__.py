"""The demo city: a real city's registers, and an invented year of work, ratings and complaints.

    folder      whose data folder it is, and how far its filling came
    registers   agencies, services, commitments and calendar, by the import's own functions
    city        what is hidden from the board: how good, prompt, busy and answered each agency is
    texts       what residents and officials of the demo city write (fixtures/demo)
    times       moments inside opening hours
    dossiers    a year of dossiers from a seed
    opinions    what residents answer when they are asked
    complaints  a year of complaints from the same seed
    inbox       the open cases of the demo officer's ward, and one to be tracked and rated
    passing     cases without a clear owner, in the coordinators' queue and from hand to hand
    accounts    who can sign in; well-known passwords
    filling     all of this into a database, editions published and released

Same seed and same moment, same city. Everything invented says so in its own words.
"""
