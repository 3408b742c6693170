"""Change points: how every history is stored.

A row says what holds for a subject from `since` on; the end is the next row's `since`, so two
periods cannot overlap.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import OuterRef, Subquery

from billing_portal.common.fields import MonthField
from billing_portal.common.periods import Month

Point_co = TypeVar("Point_co", bound=models.Model, covariant=True)


class ChangePointQuerySet(models.QuerySet[Point_co]):
    """The vocabulary of a history."""

    def before(self, instant: datetime) -> Self:
        """Return the points that lie before an instant, the end of a month for instance."""
        return self.filter(since__lt=instant)

    def counting_for(self, month: Month) -> Self:
        """Leave out the points that were recorded when this month was already closed."""
        return self.exclude(late_through__gte=month)

    def at(self, instant: datetime, subject: str | Sequence[str] = "device_id") -> Self:
        """Return the point of each subject that holds at an instant.

        `subject` names the column that histories are kept by, or all of them if it takes several.
        """
        columns = [subject] if isinstance(subject, str) else subject
        same = {column: OuterRef(column) for column in columns}
        latest = self.filter(since__lte=instant, **same).order_by("-since").values("since")[:1]
        return self.filter(since=Subquery(latest))


class ChangePoint(models.Model):
    """Base of histories. A concrete model adds the subject, the value and a named unique constraint
    over subject and `since`.
    """

    since = models.DateTimeField()
    recorded_at = models.DateTimeField()
    # Months up to this one were closed when the point was recorded, so their bills ignore it.
    late_through = MonthField(null=True, blank=True)

    objects = ChangePointQuerySet.as_manager()

    class Meta:
        abstract = True
