"""Days of a bill, as its sums and its lines write them (rules.md Q8)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing_portal.common.periods import Month, day_compact


@dataclass(frozen=True, slots=True)
class DayLine:
    """What one day comes to, `written` as in the CSV; `day` is None for whole-month lines, and for
    all that corrects a closed month (rules.md Q32), which is `corrects`.
    """

    written: str
    day: date | None
    amount: Decimal
    corrects: Month | None = None

    @property
    def order(self) -> str:
        """Days in their order, then what belongs to the whole month."""
        return self.written.ljust(len("yyyymmdd"), "9")


def day_line(written: str, amount: Decimal, month: Month) -> DayLine:
    """A day of the month, or its whole-month lines; or of a closed month."""
    days = {day_compact(day): day for day in month.days}
    return DayLine(
        written=written,
        day=days.get(written),
        amount=amount,
        corrects=corrected(written, month),
    )


def corrected(written: str, month: Month) -> Month | None:
    """The closed month that a line with this date corrects on a bill of `month`; mostly none."""
    if written.startswith(month.compact):
        return None
    return Month(int(written[:4]), int(written[4:6]))


def up_to(lines: list[DayLine], day_of_month: int) -> list[DayLine]:
    """The days from the first to that one, without what belongs to the whole month."""
    return [line for line in lines if line.day is not None and line.day.day <= day_of_month]
