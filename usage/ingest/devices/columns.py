"""The columns of a file of devices."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from usage.choices import IdentifierKind
from usage.ingest.csvrows import Header
from usage.ingest.reading import FileRefused

ID = "id"
TAG = "tag:"
"""Begins the name of a column with the values of one tag."""
IDENTIFIERS = tuple(kind.value for kind in IdentifierKind)
LABELS = ("name", "group", "tags")
ALL = (
    "kind",
    "account",
    "coverage",
    "plan",
    "status",
    "since",
    "options",
    *LABELS,
    "definition",
    "report_type",
    *IDENTIFIERS,
)
PASSED_OVER = ("line", "reason", "result", "changed")
"""Columns that we add to files; they are no news when a file comes back."""
MOST_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Columns:
    """What a file may say, by who sends it."""

    known: Collection[str]

    def header(self, line: str) -> Header:
        """Read the first line. Raises FileRefused for columns that nobody would read."""
        names = Header.parse(line, required=[ID]).columns
        if len(names) > MOST_COLUMNS:
            raise FileRefused(_("The header has more than %d columns.") % MOST_COLUMNS)
        strange = [name for name in names if not self._is_known(name)]
        if strange:
            raise FileRefused(
                _(
                    "The header has columns that mean nothing here: %(strange)s."
                    " Known are: %(known)s."
                )
                % {
                    "strange": ", ".join(name[:40] or _("(empty)") for name in strange),
                    "known": ", ".join([ID, *self.known, f"{TAG}…"]),
                }
            )
        read = [name for name in names if name not in PASSED_OVER]
        return Header.parse(line, required=[ID], optional=read)

    def _is_known(self, name: str) -> bool:
        if name.startswith(TAG):
            return bool(name.removeprefix(TAG).strip())
        return name == ID or name in self.known or name in PASSED_OVER


STAFF = Columns(ALL)
CUSTOMERS = Columns(LABELS)
