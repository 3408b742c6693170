"""The page of payment settings: what it says, who may change what, and what happened."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from invoices.selectors.paying import Details
from invoices.services.settings import applications, merging
from tests import factories, payment_factories
from tests.invoices.pages.conftest import clerk, november
from tests.invoices.settings import payer
from tests.invoices.settings.payer import CUSTOMER, DETAILS, GLOBAL, JAPAN, MONTH, STAFF
from tests.invoices.settings.reading import text_of

__all__ = ["clerk", "november"]
pytestmark = pytest.mark.django_db
PAGE = reverse("payment-settings")


def address(name: str, coverage: str = JAPAN) -> str:
    return reverse(f"payment-{name}", args=["AGG", coverage])


def form(**changed: str) -> dict[str, str]:
    names = ("department", "contact", "address", "phone", "email", "delivery", "language")
    return {name: getattr(DETAILS, name) for name in names} | changed


def test_by_card_it_says_so_and_offers_to_ask(clerk: Client, agg: Account) -> None:
    payer.use(agg)
    page = text_of(clerk.get(PAGE))
    assert "Request invoice payment for Japan" in page
    assert "Documents are addressed to Aggregator Inc." in page
    assert "Nothing was changed yet" in page
    assert "Merge invoice:" not in page


def test_a_request_is_sent_shown_and_withdrawn(clerk: Client, agg: Account) -> None:
    values = form(company="Specimen Inc.", country="JP", note="Please")
    said = text_of(clerk.post(address("apply"), values, follow=True))
    assert "Your request is with our staff" in said
    assert "Invoice payment was requested on 21 November 2026" in said
    assert "Withdraw the request" in said
    assert "The request was withdrawn" in text_of(clerk.post(address("withdraw"), follow=True))


def test_a_refused_request_says_why(clerk: Client, agg: Account) -> None:
    wish = {"account": agg, "coverage": JAPAN, "details": DETAILS}
    asked = applications.request(**wish, who=CUSTOMER)  # type: ignore[arg-type]
    applications.refuse(application=asked, reason="The address is missing.", who=STAFF)
    page = text_of(clerk.get(PAGE))
    assert "Your request was not accepted" in page
    assert "Reason: The address is missing." in page


@pytest.mark.parametrize(
    ("email", "said"),
    [("", "This field is required"), ("a@example.com, b@example.com", "Write exactly one address")],
)
def test_what_is_wrong_stands_beside_its_field(
    clerk: Client, agg: Account, email: str, said: str
) -> None:
    payer.by_invoice(agg)
    page = clerk.post(address("details"), form(email=email)).content.decode()
    assert said in page
    assert 'id="id_email_error"' in page


def test_a_change_is_confirmed_made_and_remembered(clerk: Client, agg: Account) -> None:
    payer.by_invoice(agg)
    profile = payer.state(agg).ways[JAPAN].profile
    assert profile is not None
    shown = Details.of(profile).version
    values = form(department="Purchasing", shown=shown)
    asked = text_of(clerk.post(address("details"), values))
    assert "Department Accounting Purchasing" in asked
    profile.refresh_from_db()
    assert profile.department == "Accounting"
    done = text_of(clerk.post(address("details"), values | {"sure": "yes"}, follow=True))
    assert "Documents issued from now on have them" in done
    assert "Department: Accounting → Purchasing, by aggregator@example.com" in done
    again = text_of(clerk.post(address("details"), values | {"sure": "yes"}, follow=True))
    assert "Nothing changed" in again


def test_a_stale_form_shows_what_holds_and_keeps_what_was_typed(
    clerk: Client, agg: Account
) -> None:
    payer.by_invoice(agg)
    values = form(contact="Typed Just Now", shown="something-old", sure="yes")
    page = text_of(clerk.post(address("details"), values))
    assert "These details were changed meanwhile" in page
    assert "What holds now" in page
    assert "Typed Just Now" in clerk.post(address("details"), values).content.decode()


def test_merging_says_what_will_happen_and_what_did(clerk: Client, agg: Account) -> None:
    payer.use(payer.use(agg), month=MONTH.previous)
    payer.by_invoice(agg)
    asked = text_of(clerk.get(address("merge", GLOBAL)))
    assert (
        "From November 2026, one invoice for Japan and Global, sent to billing@example.com" in asked
    )
    assert "October 2026 has ended and is not closed yet: its documents stay apart" in asked
    done = text_of(clerk.post(address("merge", GLOBAL), follow=True))
    assert "From November 2026 on, one invoice covers Japan and Global" in done
    assert done.count("Company Specimen Inc.") == 2
    assert "Separate the invoices" in done
    twice = text_of(clerk.post(address("merge", GLOBAL), follow=True))
    assert "From November 2026 on, one invoice covers Japan and Global" in twice


def test_separating_says_what_will_happen_and_what_did(clerk: Client, agg: Account) -> None:
    payer.by_invoice(payer.use(agg))
    merging.merge(account=agg, coverage=GLOBAL, who=CUSTOMER)
    part = reverse("payment-part", args=["AGG"])
    assert "Global is paid by card again" in text_of(clerk.get(part))
    done = text_of(clerk.post(part, follow=True))
    assert "From November 2026 on, Japan and Global are billed apart" in done


def test_a_viewer_sees_everything_and_no_button(
    client: Client, agg: Account, november: None
) -> None:
    payer.by_invoice(payer.use(agg))
    client.force_login(factories.person(agg, role="viewer"))
    page = client.get(PAGE).content.decode()
    assert "billing@example.com" in page
    assert "You can see how this account pays" in page
    for name in ("details", "merge", "apply"):
        assert address(name) not in page
        assert client.get(address(name)).status_code == 404


def test_the_role_of_billing_may_change_it(client: Client, agg: Account, november: None) -> None:
    payer.by_invoice(agg)
    client.force_login(factories.person(agg, role="billing"))
    assert client.get(address("details")).status_code == 200


def test_with_a_card_one_goes_back_to_it(clerk: Client, agg: Account) -> None:
    payer.by_invoice(payer.use(agg))
    assert "Pay Japan by card" not in text_of(clerk.get(PAGE))
    payment_factories.card(account=agg, coverage=JAPAN)
    assert "Pay Japan by card" in text_of(clerk.get(PAGE))
    assert "From November 2026, the card is charged" in text_of(clerk.get(address("card")))
    done = text_of(clerk.post(address("card"), follow=True))
    assert "Japan is paid by card from November 2026 on" in done
    assert "Charged first" in done


def test_an_expired_card_pays_nothing(clerk: Client, agg: Account) -> None:
    payer.by_invoice(payer.use(agg))
    payment_factories.card(account=agg, coverage=JAPAN, exp_year=2026, exp_month=10)
    assert "Pay Japan by card" not in text_of(clerk.get(PAGE))
    assert "Register a card first" in text_of(clerk.post(address("card")))


def test_a_long_history_has_pages(clerk: Client, agg: Account) -> None:
    payer.by_invoice(payer.use(agg))
    for _ in range(11):
        merging.merge(account=agg, coverage=GLOBAL, who=CUSTOMER)
        merging.part(account=agg, who=STAFF)
    page = text_of(clerk.get(PAGE))
    assert "1 to 20 of 24" in page
    assert "by our staff" in page
    assert STAFF.actor not in page
    assert "21 to 24 of 24" in text_of(clerk.get(f"{PAGE}?page=2"))
