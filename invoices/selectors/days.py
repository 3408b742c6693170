"""Days of a bill, as its sums and its lines write them (rules.md Q8)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing_portal.common.periods import Month, day_compact


@dataclass(frozen=True, slots=True)
class DayLine:
    """What one day comes to, `written` as in the CSV; `day` is None for whole-month lines."""

    written: str
    day: date | None
    amount: Decimal

    @property
    def order(self) -> str:
        """Days in their order, then what belongs to the whole month."""
        return self.written.ljust(len("yyyymmdd"), "9")


def day_line(written: str, amount: Decimal, month: Month) -> DayLine:
    """A day of the month, or its whole-month lines."""
    days = {day_compact(day): day for day in month.days}
    return DayLine(written=written, day=days.get(written), amount=amount)


def up_to(lines: list[DayLine], day_of_month: int) -> list[DayLine]:
    """The days from the first to that one, without what belongs to the whole month."""
    return [line for line in lines if line.day is not None and line.day.day <= day_of_month]
