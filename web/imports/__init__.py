"""Files that agencies bring: CSV or JSONL in, values and refusals by row out.

`lines` turns bytes into numbered lines of text, `reader` lines into records (`blocks` many plain
rows at once, where there are millions of them), `mapping` foreign columns into ours, a module per
kind records into drafts, `report` refusals into a file that is safe to open. A row that is refused
does not stop the others; a file that is refused stores nothing.
"""
