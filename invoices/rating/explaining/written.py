"""How facts are written in an explanation: figures as text, days and instants ISO."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from billing_portal.common.money import plain
from billing_portal.common.periods import Month

Content = dict[str, Any]
NEVER = date.max


def number(value: Decimal | int) -> str:
    return plain(Decimal(value))


def day(month: Month, of_month: int) -> str:
    """A day of the month; 0 is the month itself."""
    return month.first_day.replace(day=of_month).isoformat() if of_month else month.iso


def day_end(month: Month, of_month: int) -> datetime:
    after = month.first_day.replace(day=of_month) + timedelta(days=1)
    return datetime.combine(after, time.min, UTC)


def instant(at: datetime | None) -> str | None:
    """An instant in UTC; None for one that never comes."""
    if at is None or at.date() == NEVER:
        return None
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def rows(found: Iterable[Mapping[str, Any]], month: Month) -> list[Content]:
    """Rows as they are written, each value by its type; `day` becomes `date`."""
    return [
        {("date" if name == "day" else name): _value(name, value, month) for name, value in row}
        for row in (each.items() for each in found)
    ]


def _value(name: str, value: Any, month: Month) -> Any:
    if name == "day":
        return day(month, value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    return number(value)
