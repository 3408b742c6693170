"""Bills: past months, one month, its days, the running month, sums by item and by SIM."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from billing_portal.common.api.reference import described
from billing_portal.common.money import Currency, from_minor
from billing_portal.common.periods import Month
from invoices.api.soracom import answers
from invoices.api.soracom.base import MoneyView, instant, month_of, seconds
from invoices.models import Bill
from invoices.rating.vocabulary import CURRENCY
from invoices.selectors import months, payment_status
from invoices.selectors.months import Asked, MonthBill
from invoices.selectors.payment_status import Standing


class BillsView(MoneyView):
    """An address about the bills of one account and coverage."""

    @property
    def asked(self) -> Asked:
        caller = self.caller
        return Asked(caller.access, caller.account, self.coverage, caller.month)

    def bill_of(self, text: str) -> MonthBill:
        """The bill of a month that was typed; raises NotFound before the month is final."""
        month = month_of(text)
        try:
            return months.one(asked=self.asked, month=month, since=self.since)
        except Bill.DoesNotExist as error:
            raise NotFound(_absent(month, self.caller.month, self.since)) from error


class History(BillsView):
    """`GET /bills`."""

    @described("Final months, the latest first", answers.History)
    def get(self, request: Request) -> Response:
        found = months.history(asked=self.asked, since=self.since)
        standings = payment_status.of_bills(bills=[one.bill for one in found])
        said = [monthly(one, standings.get(one.bill.pk)) for one in found]
        return Response({"billList": said})


class OfMonth(BillsView):
    """`GET /bills/{yyyyMM}`."""

    @described("A month", answers.MonthlyBill, wrong=[400, 404])
    def get(self, request: Request, month: str) -> Response:
        found = self.bill_of(month)
        standings = payment_status.of_bills(bills=[found.bill])
        return Response(monthly(found, standings.get(found.bill.pk)))


class Daily(BillsView):
    """`GET /bills/{yyyyMM}/daily`: net and exact, without what belongs to the whole month."""

    @described("The days of a month", answers.Daily, wrong=[400, 404])
    def get(self, request: Request, month: str) -> Response:
        bill = self.bill_of(month).bill
        lines = [
            {"date": line.written, "amount": line.amount, "currency": bill.currency}
            for line in months.days(bill)
        ]
        return Response({"billList": lines})


class Latest(BillsView):
    """`GET /bills/latest`: nothing so far where the new month was not evaluated yet."""

    @described("The running month", answers.LatestBill)
    def get(self, request: Request) -> Response:
        bill = months.running(asked=self.asked)
        if bill is None:
            return Response({"amount": 0, "currency": CURRENCY[self.coverage]})
        said = _amount(bill) | {"lastEvaluatedTime": instant(bill.evaluated_at)}
        return Response(said)


class ByItem(BillsView):
    """`GET /bills/summaries/bill_items`."""

    @described("Four months by item", answers.SummaryByItem(many=True))
    def get(self, request: Request) -> Response:
        return Response(
            [
                _summary(
                    bill,
                    [
                        {
                            "billItemCategory": line.category,
                            "billItemName": line.name,
                            "amount": line.amount,
                        }
                        for line in lines
                    ],
                )
                for bill, lines in months.by_item(asked=self.asked)
            ]
        )


class BySim(BillsView):
    """`GET /bills/summaries/sims`."""

    @described("Four months by SIM, the dearest hundred", answers.SummaryBySim(many=True))
    def get(self, request: Request) -> Response:
        return Response(
            [
                _summary(bill, [{"simId": one.key, "amount": one.amount} for one in shares])
                for bill, shares in months.by_sim(asked=self.asked)
            ]
        )


def monthly(found: MonthBill, standing: Standing | None) -> dict[str, Any]:
    """A bill with its headline (rules.md Q60); what is not known yet is left out."""
    said = {"yearMonth": found.bill.month.compact, "state": found.bill.state} | _amount(found.bill)
    if found.coupons:
        said["appliedCouponAmount"] = found.coupons
    if standing is not None:
        said["paymentStatus"] = standing.status.value
        if standing.label:
            said["paymentTransactionId"] = standing.label
    return said


def _amount(bill: Bill) -> dict[str, Any]:
    amount = from_minor(bill.gross_minor, Currency(bill.currency))
    return {"amount": amount, "currency": bill.currency}


def _summary(bill: Bill, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "yearMonth": bill.month.compact,
        "currency": bill.currency,
        "updatedTime": seconds(bill.evaluated_at),
        "costBreakdownList": lines,
    }


def _absent(month: Month, running: Month, since: Month) -> str:
    if month > running:
        return _("%(month)s has not begun.") % {"month": month}
    if month < since:
        return _("Bills are kept here from %(since)s on.") % {"since": since}
    said = _("There is no bill of %(month)s: it is not final yet, or has no charges.")
    return said % {"month": month}
