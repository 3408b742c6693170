"""Tenants draw on the package of whoever is billed for them (B9)."""

from datetime import UTC, date, datetime

import pytest

from accounts.models import Account
from tests import factories
from tests.usage.packages import shelf
from tests.usage.packages.shelf import DAY, START
from usage.models import Campaign, QuotaEntry
from usage.services.packages import NoPackage

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 5, 2, tzinfo=UTC)


def test_a_tenant_draws_on_its_aggregators_package(agg: Account, ten: Account) -> None:
    shelf.create(agg, 1000)
    shelf.start(agg, 100)
    shelf.start(ten, 30)
    assert [left for _, _, left in shelf.ledger(agg)] == [1000, 900, 870]
    accounts = QuotaEntry.objects.order_by("number").values_list("account__key", flat=True)
    assert list(accounts) == ["AGG", "AGG", "TEN"]


def test_a_tenant_of_any_depth_does(agg: Account, ten: Account) -> None:
    shelf.create(agg, 1000)
    shelf.start(factories.account(parent=ten), 30)
    assert shelf.ledger(agg)[-1] == ("reservation", -30, 970)


def test_one_that_is_billed_itself_does_not(agg: Account) -> None:
    shelf.create(agg, 1000)
    with pytest.raises(NoPackage):
        shelf.start(factories.account(parent=agg, is_billing=True))


def test_a_tenant_that_moved_gives_back_to_whom_it_took_from(
    agg: Account, ten: Account, stray: Account
) -> None:
    shelf.create(agg, 1000)
    shelf.create(stray, 50)
    campaign = shelf.start(ten, 30)
    factories.placement(account=ten, since=date(2026, 5, 1), parent=stray)
    shelf.finish(campaign, updated=10, at=LATER)
    assert shelf.ledger(agg)[-1] == ("reservation_release", 20, 990)
    shelf.start(ten, 30, at=LATER)
    assert shelf.ledger(stray)[-1] == ("reservation", -30, 20)


def test_devices_with_a_fact_of_an_update_are_counted_once(agg: Account) -> None:
    """B5: one token for each device; a fact known by day only counts on the first day too."""
    shelf.create(agg, 1000)
    campaign = shelf.start(agg, 10)
    meter = factories.meter(code="firmware.update", unit="update")
    one, two = factories.device(account=agg), factories.device(account=agg)
    day = (START + DAY).replace(hour=0)
    for device, at in ((one, START + DAY), (one, START + 2 * DAY), (two, day)):
        factories.record(device=device, account=agg, meter=meter, at=at, variant=campaign.pk.hex)
    factories.record(device=two, account=agg, meter=meter, at=START + DAY, variant="other")
    shelf.finish(campaign, updated=None)
    assert Campaign.objects.get().updated == 2
    assert shelf.ledger(agg)[-1] == ("reservation_release", 8, 998)
