"""A published edition as files: pages, charts, tables and feed, put in place once, served as is.

The same bytes are read from any static server and from the application, where the two languages
lie at `/vi/editions/NAME/` and `/en/editions/NAME/`. So inside a language links are relative, and
whatever leaves it says which edition it means: `../ranking.csv?edition=NAME`. A static server
passes over the question, the application answers it.
"""
