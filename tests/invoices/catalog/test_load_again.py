"""Loading changes what differs, once, and leaves a history."""

from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from billing_portal.common.periods import Month
from invoices.models import BillItem, Price, TaxRate
from invoices.services.catalog import CatalogRefused, Counts, load_catalog
from tests import factories
from tests.factories import NOW
from tests.invoices.catalog.conftest import ITEM, RIGHT, Files, Load
from usage.models import AccountMonth


def history() -> int:
    return sum(model.history.count() for model in (BillItem, Price, TaxRate))


def test_a_price_is_kept_as_quoted_and_for_one_unit(load: Load) -> None:
    load()
    row = Price.objects.get()
    assert (row.price, row.per) == (Decimal("0.22"), 1048576)
    assert row.unit_price == Decimal("0.000000209808349609375")


def test_the_same_files_again_change_nothing(load: Load) -> None:
    load()
    before = (history(), AuditEntry.objects.count())
    report = load()
    assert not report.changed_anything
    assert report.counts["prices"] == Counts(added=0, changed=0, unchanged=1)
    assert (history(), AuditEntry.objects.count()) == before


def test_a_changed_row_is_counted_and_gets_one_history_row(load: Load) -> None:
    load()
    before = history()
    report = load({"items.toml": ITEM + 'title_en = "Upload"\n'})
    assert report.counts["items"] == Counts(added=0, changed=1, unchanged=0)
    assert report.counts["meters"] == Counts(added=0, changed=0, unchanged=3)
    assert history() == before + 1
    assert BillItem.objects.get().title_en == "Upload"


def test_a_load_leaves_rows_alone_that_its_files_do_not_hold(load: Load) -> None:
    load()
    report = load({"prices.csv": RIGHT["prices.csv"].replace("2026-01-01", "2027-01-01")})
    assert report.counts["prices"] == Counts(added=1, changed=0, unchanged=0)
    assert Price.objects.count() == 2


def test_one_file_can_be_loaded_alone_and_by_a_longer_name(load: Load, tmp_path: Path) -> None:
    load()
    file = tmp_path / "prices-2027.csv"
    file.write_text("item,coverage,since,price\nupload,japan,2027-01-01,0\n")
    assert load_catalog(path=file, actor="test", now=NOW).counts == {"prices": Counts(1, 0, 0)}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_byte_order_mark_and_crlf_are_read(load: Load, ending: str) -> None:
    text = "\ufeff" + RIGHT["meters.csv"].replace("\n", ending)
    assert load({"meters.csv": text}).counts["meters"].added == 3


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"meters.csv": RIGHT["meters.csv"].replace("disk,bytes", "disk,files")}, "unit: It was"),
        ({"plans.csv": RIGHT["plans.csv"].replace("plan-G,global", "plan-G,japan")}, "It was “glo"),
        ({"items.toml": ITEM.replace('"japan"', '"global"'), "prices.csv": ""}, "It has prices al"),
    ],
)
def test_a_change_that_stored_rows_do_not_bear_is_refused(
    load: Load, files: Files, complaint: str
) -> None:
    load()
    if "prices.csv" in files:
        files = {**files, "prices.csv": "item,coverage,since,price\n"}
    with pytest.raises(CatalogRefused, match=complaint):
        load(files)


def test_a_change_tells_every_open_month_and_no_change_none(load: Load) -> None:
    month = factories.account_month(account=factories.account(), month=Month(2026, 10))
    versions = []
    for _round in range(2):
        load()
        versions.append(AccountMonth.objects.get(pk=month.pk).version)
    assert versions == [month.version + 1, month.version + 1]


def test_the_default_catalogue_loads_and_loads_again_without_change(
    db: None, settings: object
) -> None:
    root = Path(__file__).parents[3] / "catalog"
    told = StringIO()
    call_command("load_catalog", str(root), stdout=told)
    items = (root / "items.toml").read_text(encoding="utf-8").count("[[item]]")
    assert f"items: {items} added, 0 changed, 0 unchanged" in told.getvalue()
    call_command("load_catalog", str(root), stdout=told)
    assert told.getvalue().endswith("Nothing changed.\n")


def test_the_command_tells_what_is_wrong(write: Callable[[Files], Path], db: None) -> None:
    folder = write({**RIGHT, "plans.csv": "code,coverage,kind\nplan-D,,vpg\n"})
    told = r"Nothing was loaded:\nplans.csv:2: coverage: “” is not known. Write one of: japan, glob"
    with pytest.raises(CommandError, match=told):
        call_command("load_catalog", str(folder))
