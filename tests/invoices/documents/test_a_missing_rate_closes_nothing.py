"""A bill in USD without an exchange rate stays open, and closes once the rate is there (Q41)."""

from decimal import Decimal
from typing import Any

from accounts.models import Account
from invoices.choices import BillState
from invoices.models import Bill, ExchangeRate, Invoice
from invoices.services import bills
from invoices.services.bills.closing import Closing
from tests import document_factories, factories
from tests.invoices.documents.bills import ISSUE_DATE
from usage.choices import Coverage, MonthState
from usage.models import AccountMonth


def close(account: Account) -> Closing:
    return bills.close(
        month=factories.MONTH,
        coverage=Coverage.GLOBAL,
        account_ids=[account.pk],
        issue_date=ISSUE_DATE,
        now=factories.NOW,
    )


def test_nothing_is_half_done(customer: Account) -> None:
    ExchangeRate.objects.all().delete()
    factories.account_month(account=customer, coverage=Coverage.GLOBAL, version=1)
    money: dict[str, Any] = {
        "currency": "USD",
        "net": Decimal(10),
        "tax_minor": 100,
        "gross_minor": 1100,
    }
    factories.bill(
        account=customer,
        items={"data": "10"},
        state=BillState.PROPOSED,
        coverage=Coverage.GLOBAL,
        **money,
    )
    [problem] = close(customer).problems[customer.pk]
    assert problem.what.startswith("No exchange rate of USD is known for 2026-10-31")
    assert Bill.objects.get().state == BillState.PROPOSED
    assert AccountMonth.objects.get().state == MonthState.OPEN
    assert not Invoice.objects.exists()

    document_factories.exchange_rate()
    assert [bill.account for bill in close(customer).closed] == [customer]
    assert Invoice.objects.get().total_minor == 1100
