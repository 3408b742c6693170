"""Two windows press at the same instant: it ends as if one had pressed."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from accounts.models import Account
from invoices.models import InvoiceApplication, MergePoint
from invoices.services.settings import applications, merging
from tests import factories
from tests.invoices.settings import payer
from tests.invoices.settings.payer import CUSTOMER, DETAILS, GLOBAL, JAPAN

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer anyway"),
    pytest.mark.django_db(transaction=True),
]
Act = Callable[[], object]


@pytest.fixture
def account() -> Account:
    """Both coverages are paid by invoice, each with details of its own."""
    account = payer.use(factories.account())
    payer.by_invoice(account, JAPAN, department="Japan")
    payer.by_invoice(account, GLOBAL, department="Global")
    return account


def together(*acts: Act) -> list[object]:
    """What each of these returned that began at the same instant, each with its own connection."""
    start, said = threading.Barrier(len(acts)), list[object]()

    def run(act: Act) -> None:
        start.wait()
        try:
            said.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return said


def merging_at(account: Account, coverage: str) -> Act:
    return lambda: merging.merge(account=account, coverage=coverage, who=CUSTOMER)


def test_both_coverages_merged_at_once_are_merged_once(account: Account) -> None:
    acts = [merging_at(account, coverage) for coverage in (JAPAN, GLOBAL, JAPAN, GLOBAL)]
    assert sorted(map(str, together(*acts))) == ["False", "False", "False", "True"]
    state = payer.state(account)
    assert state.merged
    assert state.shared
    assert MergePoint.objects.filter(account=account).count() == 1
    assert payer.deeds(account).count("invoices.merge") == 1
    assert len(payer.mails("payment-merged")) == 1


def test_the_second_window_waits_for_the_first(account: Account) -> None:
    said: list[object] = []

    def press() -> None:
        try:
            said.append(merging_at(account, JAPAN)())
        finally:
            connection.close()

    second = threading.Thread(target=press)
    with transaction.atomic():
        assert merging_at(account, GLOBAL)()
        second.start()
        second.join(timeout=0.5)
        assert second.is_alive(), "it did not wait"
    second.join(timeout=60)
    assert said == [False]
    profile = payer.state(account).ways[GLOBAL].profile
    assert profile is not None
    assert profile.department == "Japan"


def test_a_request_sent_from_two_windows_is_one() -> None:
    account = payer.use(factories.account())

    def request() -> object:
        wish = {"account": account, "coverage": JAPAN, "details": DETAILS}
        return applications.request(**wish, who=CUSTOMER).pk  # type: ignore[arg-type]

    assert len(set(together(request, request, request))) == 1
    assert InvoiceApplication.objects.count() == 1
