"""One row of the catalogue typed by hand: held to the same rules as a row of a file."""

from collections.abc import Mapping
from typing import Any

from invoices.services.catalog import store
from invoices.services.catalog.checks import check
from invoices.services.catalog.closed import closed_months, refuse_closed
from invoices.services.catalog.files import RawRow
from invoices.services.catalog.parsing import parse
from invoices.services.catalog.problems import Origin, Problem, Problems
from invoices.services.catalog.rows import Catalogue, Row
from invoices.services.catalog.used import refuse_used


def examine(*, kind: str, cells: Mapping[str, Any]) -> tuple[Row | None, list[Problem]]:
    """Read one row as if it stood in the file of its kind; return it and what is wrong with it.

    Call it in the transaction that writes the row, after `load.tell_open_months`: only then can no
    month be closed between the look and the write.
    """
    problems, typed = Problems(), Catalogue()
    parse(kind, [RawRow(Origin(kind), cells)], typed, problems)
    row: Row | None = next(iter(typed.of(kind).values()), None)
    if row is None:
        return None, problems
    present = store.present()
    check(file=typed, present=present, faulty={}, problems=problems)
    refuse_closed(
        changes=typed.changed_from(present),
        present=present,
        closed=closed_months(),
        problems=problems,
    )
    refuse_used(changes=typed.changed_from(present), present=present, problems=problems)
    return row, problems
