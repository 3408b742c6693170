"""When the report of a month is made (sources/001…, domain.md §2)."""

from datetime import UTC, datetime, time

from billing_portal.common.periods import Month

BUSINESS_DAY = 3
"""Days of Monday to Friday, whatever holidays there are."""
BEGINS = time(0, 5, tzinfo=UTC)
THERE_BY = time(2, 0, tzinfo=UTC)


def made_from(month: Month) -> datetime:
    """Return when the calendar begins to make the reports of a month."""
    return datetime.combine(month.next.business_day(BUSINESS_DAY), BEGINS)


def there_by(month: Month) -> datetime:
    """Return when the reports of a month are usually there."""
    return datetime.combine(month.next.business_day(BUSINESS_DAY), THERE_BY)
