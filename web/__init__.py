"""Shows and receives: pages, API, languages, commands, the queue, published editions.

A handler parses, makes one call, replies. The transaction opens and closes here, at the edge
(`acting`), and the clock is read here alone (`clock`).
"""
