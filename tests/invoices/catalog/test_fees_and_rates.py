"""Fees, minimum charges and exchange rates are dated data like prices, with bounds of their own."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import ExchangeRate, Fee, MinimumCharge
from invoices.services.catalog import CatalogRefused
from tests import factories
from tests.invoices.catalog.conftest import Files, Load

pytestmark = pytest.mark.django_db
FEES = "kind,since,amount\nissue,2015-01,500\n"
MINIMUM = "coverage,since,amount\n"
RATES = "day,currency,rate,source\n2026-10-30,USD,152.34,Made up bank\n"
SNAPSHOT = '{"exchange":{"currency":"USD","day":"2026-10-30","rate":"152.34"}}'


@pytest.fixture
def closed(load: Load) -> Load:
    """October 2026 is closed for Japan; the issue fee is 500 all the time."""
    load({"fees.csv": FEES})
    factories.bill(account=factories.account(), month=Month(2026, 10), state=BillState.CLOSED)
    return load


def test_they_are_loaded_and_loaded_again_unchanged(load: Load) -> None:
    files = {"fees.csv": FEES, "minimum_charges.csv": f"{MINIMUM}japan,2026-12,300\n"}
    report = load({**files, "exchange_rates.csv": RATES})
    assert report.changed_bills
    assert Fee.objects.get().amount == 500
    assert MinimumCharge.objects.get().since == Month(2026, 12)
    assert ExchangeRate.objects.get().rate == Decimal("152.34")
    assert not load({**files, "exchange_rates.csv": RATES}).changed_anything


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        ("0", "Write a number above 0"),
        ("-1", "Write a number above 0"),
        ("", "It is empty"),
        ("many", "is not a number"),
    ],
)
def test_a_rate_that_cannot_be_is_refused(load: Load, rate: str, said: str) -> None:
    with pytest.raises(CatalogRefused, match=said):
        load({"exchange_rates.csv": RATES.replace("152.34", rate)})
    assert not ExchangeRate.objects.exists()


@pytest.mark.parametrize("rate", ["0", "-1"])
def test_nor_does_the_database_take_it(rate: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ExchangeRate.objects.create(day="2026-10-30", rate=rate, source="Made up")


def test_a_rate_without_source_and_one_of_yen_are_refused(load: Load) -> None:
    rows = RATES.replace("USD", "JPY").replace("Made up bank", "")
    with pytest.raises(CatalogRefused) as refused:
        load({"exchange_rates.csv": rows})
    assert {problem.field for problem in refused.value.problems} == {"currency", "source"}


def test_the_rate_of_a_document_stays(load: Load) -> None:
    load({"exchange_rates.csv": RATES})
    changed = {"exchange_rates.csv": RATES.replace("152.34", "153")}
    assert load(changed).counts["exchange_rates"].changed == 1
    bill = factories.bill(account=factories.account(), state=BillState.CLOSED)
    series = factories.series(issuer=factories.issuer())
    factories.invoice(bills=[bill], series=series, snapshot=SNAPSHOT, label="S-7")
    with pytest.raises(CatalogRefused, match="S-7 was issued with the rate of this day"):
        load({"exchange_rates.csv": RATES})


@pytest.mark.parametrize(
    "files",
    [
        {"fees.csv": FEES.replace("500", "400")},
        {"fees.csv": FEES + "issue,2026-10,0\n"},
        {"minimum_charges.csv": f"{MINIMUM}japan,2026-01,300\n"},
    ],
)
def test_what_held_in_a_closed_month_stays(closed: Load, files: Files) -> None:
    with pytest.raises(CatalogRefused, match="change what held in 2026-10"):
        closed(files)


@pytest.mark.parametrize(
    "files",
    [
        {"fees.csv": FEES + "issue,2026-11,0\n"},
        {"fees.csv": FEES + "switching,2015-01,0\n"},
        {"minimum_charges.csv": f"{MINIMUM}japan,2026-11,300\nglobal,2026-01,3\n"},
    ],
)
def test_what_changes_no_closed_month_is_taken(closed: Load, files: Files) -> None:
    assert closed(files).changed_anything


def test_staff_take_in_a_file_whole_or_not_at_all(client: Client, operator: User) -> None:
    client.force_login(operator)
    address = reverse("admin:invoices_exchangerate_file")
    bad = RATES + "2026-10-31,USD,0,Made up bank\n"
    page = client.post(address, {"file": SimpleUploadedFile("rates.csv", bad.encode())})
    assert "exchange_rates.csv:3: rate: Write a number above 0" in page.content.decode()
    assert not ExchangeRate.objects.exists()
    good = SimpleUploadedFile("rates.csv", RATES.encode())
    assert client.post(address, {"file": good}).status_code == 302
    assert ExchangeRate.objects.count() == 1
