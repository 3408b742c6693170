"""Invoice details are changed by the customer at once, and not by accident."""

import pytest

from accounts.models import Account, AuditEntry, User
from invoices.selectors.paying import Details
from invoices.selectors.settings import recipients
from invoices.services.settings import StaleForm, Who, details
from invoices.services.settings.refusals import BadDetails, NotRegistered
from tests import factories
from tests.invoices.settings import payer
from tests.invoices.settings.payer import CUSTOMER, GLOBAL, JAPAN, STAFF

pytestmark = pytest.mark.django_db


def present(account: Account, coverage: str = JAPAN) -> Details:
    profile = payer.state(account).ways[coverage].profile
    assert profile is not None
    return Details.of(profile)


def change(account: Account, *, who: Who = CUSTOMER, shown: str = "", **values: str) -> bool:
    shown = shown or present(account).version
    return details.change(account=account, coverage=JAPAN, values=values, shown=shown, who=who)


def test_a_change_holds_at_once_for_what_is_issued_next(agg: Account) -> None:
    payer.by_invoice(agg)
    assert change(agg, department="Purchasing", email="new@example.com")
    recipient = recipients(pairs=[(agg.pk, JAPAN)])[agg.pk, JAPAN]
    assert (recipient.department, recipient.email) == ("Purchasing", "new@example.com")
    entry = AuditEntry.objects.get(action="invoice-details.change")
    assert entry.actor == CUSTOMER.actor
    assert entry.detail["changed"]["department"] == ["Accounting", "Purchasing"]


def test_company_and_country_stay_with_staff(agg: Account) -> None:
    payer.by_invoice(agg)
    assert not change(agg, company="Another Inc.", country="US")
    assert change(agg, company="Another Inc.", country="US", who=STAFF)
    assert (present(agg).company, present(agg).country) == ("Another Inc.", "US")


def test_a_form_that_is_out_of_date_is_refused(agg: Account) -> None:
    payer.by_invoice(agg)
    shown = present(agg).version
    change(agg, department="Purchasing")
    with pytest.raises(StaleForm):
        change(agg, contact="Somebody Else", shown=shown)
    assert present(agg).contact == "Sample Person"


def test_the_same_change_twice_is_one(agg: Account) -> None:
    payer.by_invoice(agg)
    shown = present(agg).version
    assert [change(agg, department="Purchasing", shown=shown) for _ in range(2)] == [True, False]
    assert payer.deeds(agg).count("invoice-details.change") == 1


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("", "need an address"),
        ("a@example.com;b@example.com", "exactly one"),
        ("a@example.com b@example.com", "exactly one"),
        ("a@example.com、b@example.com", "exactly one"),
        ("a@example.com\nb@example.com", "exactly one"),
        ("Somebody <a@example.com>", "exactly one"),
        ("a.example.com", "no e-mail address"),
    ],
)
def test_the_billing_address_is_exactly_one(agg: Account, email: str, said: str) -> None:
    payer.by_invoice(agg)
    with pytest.raises(BadDetails, match=said):
        change(agg, email=email)
    assert present(agg).email == "billing@example.com"


def test_what_both_have_is_copied_when_one_of_them_is_edited(agg: Account) -> None:
    factories.profile(account=agg, email="billing@example.com", department="Both")
    change(agg, department="Japan only")
    assert (present(agg).department, present(agg, GLOBAL).department) == ("Japan only", "Both")
    again = present(agg)
    change(agg, department="Once more")
    assert again != present(agg)
    assert agg.billing_profiles.count() == 2


def test_without_details_there_is_nothing_to_change(agg: Account) -> None:
    with pytest.raises(NotRegistered):
        change(agg, shown="x", department="Purchasing")


def test_the_old_and_the_new_address_hear_of_the_change(agg: Account, aggregator: User) -> None:
    payer.by_invoice(agg)
    factories.person(agg, role="viewer", email="viewer@example.com")
    change(agg, email="new@example.com")
    told = {mail.to for mail in payer.mails("payment-details")}
    assert told == {aggregator.email, "billing@example.com", "new@example.com"}
