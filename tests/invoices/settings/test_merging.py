"""Merge invoice: one invoice for both coverages, in either direction, from the running month on."""

import pytest

from accounts.models import Account, User
from billing_portal.common.periods import Month
from invoices.choices import PaymentMethod
from invoices.models import MergePoint, MethodPoint
from invoices.selectors.paying import Details
from invoices.selectors.terms import ways_of
from invoices.services.settings import Who, applications, details, merging
from invoices.services.settings import methods as services
from invoices.services.settings.refusals import CannotMerge, CannotSwitch
from tests import factories
from tests.invoices.settings import payer
from tests.invoices.settings.payer import CUSTOMER, DETAILS, GLOBAL, JAPAN, MONTH, STAFF
from usage.choices import Coverage

pytestmark = pytest.mark.django_db
DIRECTIONS = [(JAPAN, GLOBAL), (GLOBAL, JAPAN)]
each_direction = pytest.mark.parametrize(("has", "adopts"), DIRECTIONS)


def merge(account: Account, coverage: str) -> bool:
    return merging.merge(account=account, coverage=coverage, who=CUSTOMER)


@each_direction
def test_a_coverage_adopts_the_invoice_of_the_other(
    agg: Account, has: Coverage, adopts: Coverage
) -> None:
    profile = payer.by_invoice(payer.use(agg), has)
    assert merge(agg, adopts)
    state = payer.state(agg)
    assert state.merged
    assert {way.profile for way in state.ways.values()} == {profile}
    assert payer.methods_of(agg) == {"japan": "invoice", "global": "invoice"}


@each_direction
def test_pressed_twice_it_ends_the_same(agg: Account, has: Coverage, adopts: Coverage) -> None:
    payer.by_invoice(payer.use(agg), has)
    assert [merge(agg, adopts), merge(agg, adopts), merge(agg, has)] == [True, False, False]
    assert payer.deeds(agg).count("invoices.merge") == 1
    assert MergePoint.objects.count() == 1


def test_it_begins_with_the_running_month(agg: Account) -> None:
    payer.use(payer.use(agg), month=MONTH.previous)
    payer.by_invoice(agg)
    merge(agg, GLOBAL)
    months = [month for month in (MONTH.previous, MONTH, MONTH.next) if _merged(agg, month)]
    assert months == [MONTH, MONTH.next]
    pair = (agg.pk, "global")
    ways = ways_of(account_ids=[agg.pk])
    assert ways.method(pair, MONTH.previous) == PaymentMethod.CARD
    assert payer.state(agg).waiting == (MONTH.previous,)


def _merged(account: Account, month: Month) -> bool:
    return ways_of(account_ids=[account.pk]).is_merged(account.pk, month)


def test_merging_is_not_switching(agg: Account) -> None:
    payer.by_invoice(payer.use(agg))
    merge(agg, GLOBAL)
    assert MethodPoint.objects.get().coverage == "japan"


@each_direction
def test_editing_one_edits_both(agg: Account, has: Coverage, adopts: Coverage) -> None:
    payer.by_invoice(payer.use(agg), has)
    merge(agg, adopts)
    values = {"department": "For both"}
    for coverage in (has, adopts):
        values["department"] += "!"
        details.change(
            account=agg, coverage=coverage, values=values, shown=_shown(agg), who=CUSTOMER
        )
        profiles = [way.profile for way in payer.state(agg).ways.values()]
        assert [profile and profile.department for profile in profiles] == 2 * [
            values["department"]
        ]


def _shown(account: Account) -> str:
    profile = payer.state(account).ways[JAPAN].profile
    assert profile is not None
    return Details.of(profile).version


def test_parted_each_is_paid_as_was_agreed_for_it(agg: Account) -> None:
    payer.by_invoice(payer.use(agg))
    merge(agg, GLOBAL)
    parted = [merging.part(account=agg, who=CUSTOMER) for _ in range(2)]
    assert parted == [True, False]
    assert payer.methods_of(agg) == {"japan": "invoice", "global": "card"}
    assert payer.state(agg).shared
    assert merge(agg, GLOBAL)
    assert MergePoint.objects.count() == 1


def _nothing(account: Account) -> None:
    payer.use(account)


def _one_coverage(account: Account) -> None:
    payer.by_invoice(payer.use(account, JAPAN))


def _other_country(account: Account) -> None:
    payer.by_invoice(payer.use(account), JAPAN, country="US")


def _wrong_side(account: Account) -> None:
    payer.by_invoice(payer.use(account), GLOBAL)


@pytest.mark.parametrize(
    ("prepare", "coverage", "said"),
    [
        (_nothing, JAPAN, "Neither coverage is paid by invoice"),
        (_one_coverage, GLOBAL, "Only one coverage is in use"),
        (_other_country, GLOBAL, "countries that decide the tax differ"),
        (_wrong_side, GLOBAL, "Japan is not paid by invoice"),
    ],
)
def test_what_cannot_be_merged_is_refused_with_the_reason(
    agg: Account, prepare: object, coverage: str, said: str
) -> None:
    assert callable(prepare)
    prepare(agg)
    with pytest.raises(CannotMerge, match=said):
        merge(agg, coverage)
    assert merging.why_not(payer.state(agg), coverage)
    assert MergePoint.objects.count() == 0


def test_an_open_request_is_no_longer_needed(agg: Account) -> None:
    payer.by_invoice(payer.use(agg))
    applications.request(account=agg, coverage=GLOBAL, details=DETAILS, who=CUSTOMER)
    merge(agg, GLOBAL)
    latest = payer.state(agg).ways[GLOBAL].latest
    assert latest is not None
    assert (latest.state, latest.reason) == ("withdrawn", "The invoices were merged.")


def test_both_readers_hear_of_it(agg: Account, aggregator: User) -> None:
    payer.by_invoice(payer.use(agg))
    merge(agg, GLOBAL)
    told = {mail.to for mail in payer.mails("payment-merged")}
    assert told == {aggregator.email, "billing@example.com"}


def _to_card(account: Account, who: Who) -> bool:
    return services.switch(account=account, coverage=JAPAN, method=PaymentMethod.CARD, who=who)


def test_back_to_card_only_with_a_card_or_by_staff(agg: Account) -> None:
    payer.by_invoice(payer.use(agg))
    with pytest.raises(CannotSwitch, match="Register a card"):
        _to_card(agg, CUSTOMER)
    assert [_to_card(agg, STAFF), _to_card(agg, STAFF)] == [True, False]
    assert payer.methods_of(agg)["japan"] == "card"


def test_while_merged_no_single_coverage_goes_back_to_card(agg: Account) -> None:
    payer.by_invoice(payer.use(agg))
    merge(agg, GLOBAL)
    with pytest.raises(CannotSwitch, match="Separate the invoices first"):
        _to_card(agg, STAFF)


def test_an_account_without_details_in_the_other_coverage_counts_as_at_home(agg: Account) -> None:
    factories.profile(account=agg, country="US", email="billing@example.com")
    payer.by_invoice(payer.use(agg), JAPAN, country="US")
    assert merge(agg, GLOBAL)
