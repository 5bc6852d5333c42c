"""Cells a spreadsheet would calculate: written with an apostrophe in front, read without it."""

# OWASP "CSV injection", the full-width signs included.
_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def quoted(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula. `unquoted` makes it what it was."""
    return f"'{cell}" if cell.lstrip("' ").startswith(_BEGINS) else cell


def unquoted(cell: str) -> str:
    """The cell without the apostrophe `quoted` put in front; any other cell as it is."""
    is_quoted = cell.startswith("'") and cell.lstrip("' ").startswith(_BEGINS)
    return cell[1:] if is_quoted else cell
