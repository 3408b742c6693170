"""The first page of the staff says what needs somebody, to who may see it, in few queries."""

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Account, Mail
from invoices.choices import ItemState
from invoices.models import Receivable, Rendering
from invoices.services.payments import transfers
from tests import factories
from tests.invoices.payments import till
from usage.choices import ImportState

INDEX = "/staff/"


def parked(agg: Account) -> None:
    run = factories.billing_run()
    factories.run_item(run=run, account=agg, state=ItemState.PARKED)


def under_way(agg: Account) -> None:
    run = factories.billing_run()
    factories.run_item(run=run, account=agg)
    factories.run_item(run=run, account=agg, coverage="global")


def failed_pdf(agg: Account) -> None:
    bill = factories.bill(account=agg, state="closed")
    factories.invoice(bills=[bill], series=factories.series(issuer=factories.issuer()))
    Rendering.objects.update(error="No space left.")


def refused(agg: Account) -> None:
    factories.file_import(state=ImportState.REFUSED)
    long_ago = factories.LONG_AGO
    factories.file_import(state=ImportState.REFUSED, started_at=long_ago)


def rejected(agg: Account) -> None:
    factories.file_import(rejected_file="rejected/00/00.csv")


def given_up(agg: Account) -> None:
    for to, when in (("a@example.com", factories.NOW), ("b@example.com", None)):
        times = {"created_at": factories.NOW, "due_at": factories.NOW, "given_up_at": when}
        Mail.objects.create(to=to, kind="x", language="en", subject="x", text="x", **times)


def unpaid(agg: Account) -> None:
    row = till.owed(agg, due_date=factories.NOW.date())
    Receivable.objects.filter(pk=row.pk).update(state="failed")


def overdue(agg: Account) -> None:
    till.owed(agg, kind="invoice", due_date=date(2020, 1, 31))


def unassigned(agg: Account) -> None:
    transfers.record(day=factories.NOW.date(), amount_minor=500, payer=agg.key, text="", **till.WHO)


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (parked, "1 account is parked at a month end."),
        (under_way, "1 month is being closed."),
        (failed_pdf, "1 PDF could not be made yet."),
        (refused, "1 file was refused in the last seven days."),
        (rejected, "1 file of the last seven days has rows that were not taken in."),
        (unpaid, "1 document is overdue, or no card could pay it."),
        (overdue, "1 document is overdue, or no card could pay it."),
        (unassigned, "1 bank transfer is not assigned yet."),
        (given_up, "1 mail was given up."),
    ],
)
def test_what_waits_is_said_with_the_way_there(
    happens: Callable[[Account], None], said: str, agg: Account, staff: Client
) -> None:
    happens(agg)
    page = staff.get(INDEX).content.decode()
    assert f">{said}</a>" in page
    address = page.split(f'">{said}</a>')[0].rpartition('href="')[2].replace("&amp;", "&")
    assert len(staff.get(address).context["cl"].result_list) == 1


def test_when_nothing_waits_it_says_so(staff: Client) -> None:
    assert "Nothing. No account is parked" in staff.get(INDEX).content.decode()


def test_nobody_learns_what_they_may_not_see(agg: Account, client: Client) -> None:
    parked(agg)
    person = factories.user(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename="view_device"))
    client.force_login(person)
    assert "parked" not in client.get(INDEX).content.decode()


def test_it_takes_few_queries(staff: Client) -> None:
    staff.get(INDEX)
    with CaptureQueriesContext(connection) as captured:
        staff.get(reverse("admin:index"))
    assert len(captured) <= 15
