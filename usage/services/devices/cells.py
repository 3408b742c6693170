"""Texts of devices as a spreadsheet has them, there and back.

An empty cell leaves what is there, so something else has to say that nothing is to be there.
"""

from billing_portal.common.csvfile import guard, unguard

CLEAR = "(clear)"


def written(text: str) -> str:
    """Return the cell of a text. `read` gives exactly this text back."""
    return f"'{text}" if text.lstrip("'") == CLEAR else guard(text)


def read(cell: str) -> str | None:
    """Return the text of a cell; None for the mark that clears."""
    if cell.strip() == CLEAR:
        return None
    if cell.startswith("'") and cell.lstrip("'") == CLEAR:
        return cell[1:]
    return unguard(cell)


def unguarded(text: str) -> str:
    """Return an id or a key that a file of ours may have guarded."""
    return unguard(text)
