"""What a case says and expects. Rating passes it over; it is checked so that none is misspelt."""

from invoices.rating.scenarios.fields import FIELDS
from invoices.rating.scenarios.nodes import Node, Record

LONGEST = 1000
MOST = 100_000


def check_expectations(row: Record) -> None:
    """Note what is not of the shape that docs/rating.md gives to `shows`, `says` and `expect`."""
    _texts(row["shows"])
    row["says"].text(longest=LONGEST)
    expected = row["expect"].record(FIELDS["expect"])
    expected["net"].text(longest=LONGEST)
    expected["preliminary"].text(longest=LONGEST)
    expected["refused"].text(longest=LONGEST)
    _texts(expected["problems"])
    for _name, sums in expected["items"].members():
        _texts(sums, size=2)
    for _name, days in expected["tax_dates"].members():
        _texts(days)
    for line in expected["lines"].entries(most=MOST):
        _texts(line, size=6)


def _texts(node: Node, size: int | None = None) -> None:
    found = node.entries(most=MOST)
    if size is not None and isinstance(node.value, list) and len(found) != size:
        node.bad(f"It has {len(found)} entries. Write {size}.")
    for each in found:
        each.text(longest=LONGEST)
