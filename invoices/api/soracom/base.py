"""What the addresses of the dialect have in common: who sees money, months, amounts, times."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request

from accounts.api.callers import Caller, caller_of
from accounts.api.soracom import SoracomView
from accounts.choices import Scope
from billing_portal.common.periods import BadMonth, Month, day_compact

REACH = 18
"""Months that can be looked back (domain.md §1)."""


class MoneyView(SoracomView):
    """An address for programs that see the money of the account."""

    needs: ClassVar[Scope | None] = Scope.READ_BILLING
    caller: Caller

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.caller = caller_of(request)
        access = self.caller.access
        paying = self.needs == Scope.CHANGE_PAYMENT
        if self.caller.account.pk not in (access.pay if paying else access.money):
            raise PermissionDenied(_("This account is not billed itself, so it sees no money."))

    @property
    def since(self) -> Month:
        """The first month that can be looked back to."""
        return self.caller.month.plus(-REACH)


def month_of(text: str) -> Month:
    """Read a month of an address; raises ValidationError."""
    try:
        return Month.parse(text)
    except BadMonth as error:
        said = _("Write the month as YYYYMM, such as 202610.")
        raise ValidationError({"yyyyMM": [said]}) from error


def day(when: date) -> str:
    """20261031."""
    return day_compact(when)


def instant(when: datetime) -> str:
    """20261031235959, in UTC."""
    return f"{when.astimezone(UTC):%Y%m%d%H%M%S}"


def seconds(when: datetime) -> int:
    """UNIX time."""
    return int(when.timestamp())
