"""The catalogue as it will be, and who is to blame for what does not fit in it."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from django.utils.translation import gettext as _

from invoices.choices import Region
from invoices.services.catalog.problems import Problems
from invoices.services.catalog.rows import Catalogue, Row


@dataclass(frozen=True, slots=True)
class World:
    """All rows that will hold. `faulty` has the codes of rows that are wrong themselves."""

    rows: Catalogue
    faulty: Mapping[str, Set[str]]
    problems: Problems

    def known(self, kind: str, codes: Iterable[str], row: Row, name: str) -> bool:
        """Tell whether all codes exist, and note those that do not."""
        missing = [code for code in codes if code not in self.rows.of(kind)]
        for code in missing:
            if code not in self.faulty.get(kind, set()):
                text = _("“%(code)s” is not in the catalogue. Mend it, or add it to %(kind)s.")
                self.problems.at(row.origin, name, text % {"code": code, "kind": kind})
        return not missing


def covers(region: str, coverage: str) -> bool:
    """Tell whether an item of this region exists in the coverage. Their words are the same."""
    return region in (Region.ALL, coverage)


def stands_before(other: Row, row: Row) -> bool:
    """Of two rows only the later is blamed; those of the database come first."""
    return (other.origin.file, other.origin.line) < (row.origin.file, row.origin.line)
