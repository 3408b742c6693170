"""Both coverages of a merged account close at the same time: exactly one document comes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from accounts.models import Account
from invoices.models import Bill, Invoice
from invoices.services.documents import hold, issue, prepare
from tests import document_factories, factories
from tests.invoices.documents.bills import ISSUE_DATE, Item, closed_bill
from usage.choices import Coverage, MonthState
from usage.models import AccountMonth
from usage.services.months import MonthKey, lock

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def close(bill: Bill, together: Barrier) -> None:
    """What the close of a coverage does: hold, lock, prepare, close the month, issue."""
    try:
        together.wait()
        with transaction.atomic():
            hold(account_ids=[bill.account_id])
            lock(keys=[MonthKey(bill.account_id, bill.coverage, bill.month)])
            prepared = prepare(bills=[bill], issue_date=ISSUE_DATE)
            months = AccountMonth.objects.filter(account=bill.account_id, coverage=bill.coverage)
            months.update(state=MonthState.CLOSED)
            issue(prepared=prepared, now=factories.NOW)
    finally:
        connection.close()


def test_one_document_comes_of_each_account(customer: Account) -> None:
    accounts = [customer, *(factories.account() for _each in range(3))]
    bills = []
    for account in accounts:
        document_factories.merged(account=account)
        for coverage in Coverage.values:
            factories.account_month(account=account, coverage=coverage)
            bills.append(closed_bill(account, Item("basic", "10"), coverage=coverage))
    together = Barrier(len(bills))
    with ThreadPoolExecutor(len(bills)) as pool:
        for done in [pool.submit(close, bill, together) for bill in bills]:
            done.result()
    covered = [invoice.invoice_bills.count() for invoice in Invoice.objects.all()]
    assert covered == [2] * len(accounts)
