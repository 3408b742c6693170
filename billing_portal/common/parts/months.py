"""The month that a page shows: read from the address, always within bounds."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing_portal.common.parts.figures import month_name
from billing_portal.common.periods import BadMonth, Month, months_through

LONGEST = 32
"""As much of a wrong value is quoted."""


@dataclass(frozen=True, slots=True)
class MonthChoice:
    """The chosen month among those that can be chosen; `problem` says what was wrong, if so."""

    month: Month
    first: Month
    last: Month
    problem: str = ""

    @property
    def previous(self) -> Month | None:
        return self.month.previous if self.month > self.first else None

    @property
    def next(self) -> Month | None:
        return self.month.next if self.month < self.last else None

    @property
    def months(self) -> tuple[Month, ...]:
        """All that can be chosen, the latest first."""
        return months_through(self.first, self.last)[::-1]


def chosen(
    text: str | None, *, first: Month, last: Month, usual: Month | None = None
) -> MonthChoice:
    """Read the month of an address. Without one, or with nonsense, it is `usual` or the last."""
    first = min(first, last)
    otherwise = min(max(usual or last, first), last)
    if not text:
        return MonthChoice(otherwise, first, last)
    try:
        month = Month.parse(text)
    except BadMonth:
        problem = _("“%(text)s” is no month.") % {"text": text[:LONGEST]}
        return MonthChoice(otherwise, first, last, _shown(problem, otherwise))
    if first <= month <= last:
        return MonthChoice(month, first, last)
    nearest = first if month < first else last
    problem = _("There is nothing for %(month)s.") % {"month": month_name(month)}
    return MonthChoice(nearest, first, last, _shown(problem, nearest))


def _shown(problem: str, month: Month) -> str:
    return _("%(problem)s This page shows %(month)s.") % {
        "problem": problem,
        "month": month_name(month),
    }
