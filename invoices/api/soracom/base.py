"""What the addresses of the dialect have in common: who sees money, months, amounts, times."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request

from accounts.api.callers import Caller, caller_of
from accounts.api.soracom import SoracomView
from accounts.choices import Scope
from billing_portal.common.periods import BadMonth, Month, day_compact
from invoices.services.credits import CreditRefused

BILLS, CREDIT, PAYMENT = "Bills", "Coupons, discounts, orders", "Payment"
"""Headings of the reference."""

REACH = 18
"""Months that can be looked back (domain.md §1)."""

NAMES = {"first_month": "startDate", "last_month": "startDate", "units": "quantity"}
"""Fields of services by the names of the dialect."""


class MoneyView(SoracomView):
    """An address for programs that see the money of the account, and change how it pays by the
    methods of `changing`.
    """

    topic = BILLS
    needs: ClassVar[Scope | None] = Scope.READ_BILLING
    changing: ClassVar[frozenset[str]] = frozenset()
    caller: Caller

    def scope(self, method: str) -> Scope | None:
        return Scope.CHANGE_PAYMENT if method in self.changing else self.needs

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.caller = caller_of(request)
        access = self.caller.access
        seen = access.pay if request.method in self.changing else access.money
        if self.caller.account.pk not in seen:
            raise PermissionDenied(_("This account is not billed itself, so it sees no money."))

    @property
    def since(self) -> Month:
        """The first month that can be looked back to."""
        return self.caller.month.plus(-REACH)


@contextmanager
def refusing() -> Iterator[None]:
    """Answer 400 with the words of a service that refuses."""
    try:
        yield
    except CreditRefused as refusal:
        name = NAMES.get(refusal.field, refusal.field) or "request"
        raise ValidationError({name: [str(refusal)]}) from refusal


def month_of(text: str) -> Month:
    """Read a month of an address; raises ValidationError."""
    try:
        return Month.parse(text)
    except BadMonth as error:
        said = _("Write the month as YYYYMM, such as 202610.")
        raise ValidationError({"yyyyMM": [said]}) from error


def month_holding(when: date) -> Month:
    """The month of a day that somebody typed; raises ValidationError."""
    try:
        return Month.of(when)
    except BadMonth as error:
        raise ValidationError({"startDate": [str(error)]}) from error


def day(when: date) -> str:
    """20261031."""
    return day_compact(when)


def instant(when: datetime) -> str:
    """20261031235959, in UTC."""
    return f"{when.astimezone(UTC):%Y%m%d%H%M%S}"


def seconds(when: datetime) -> int:
    """UNIX time."""
    return int(when.timestamp())
