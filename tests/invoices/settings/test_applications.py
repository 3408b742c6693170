"""Invoice payment is asked for by the customer and decided by staff."""

from dataclasses import replace

import pytest

from accounts.models import Account, User
from invoices.models import InvoiceApplication, MethodPoint
from invoices.services.settings import SettingsRefused, applications
from invoices.services.settings.refusals import AlreadyAsked, AlreadyDecided, BadDetails, NotBilled
from tests import factories
from tests.invoices.settings import payer
from tests.invoices.settings.payer import CUSTOMER, DETAILS, JAPAN, STAFF

pytestmark = pytest.mark.django_db


def request(account: Account, **changed: str) -> InvoiceApplication:
    wanted = replace(DETAILS, **changed)
    return applications.request(account=account, coverage=JAPAN, details=wanted, who=CUSTOMER)


@pytest.mark.usefixtures("operator", "aggregator")
def test_accepted_it_holds_from_the_running_month_on_for_this_coverage(agg: Account) -> None:
    applications.accept(application=request(agg), who=STAFF)
    assert payer.methods_of(agg) == {"japan": "invoice", "global": "card"}
    profile = payer.state(agg).ways[JAPAN].profile
    assert profile is not None
    assert (profile.company, profile.email) == ("Specimen Inc.", "billing@example.com")
    assert MethodPoint.objects.get().since == payer.MONTH
    assert payer.deeds(agg) == ["invoice-payment.request", "invoice-payment.accept"]


def test_staff_hear_of_the_request_and_the_applicant_of_the_decision(
    agg: Account, operator: User, aggregator: User
) -> None:
    applications.refuse(application=request(agg), reason="Too young.", who=STAFF)
    assert [mail.to for mail in payer.mails("payment-requested")] == [operator.email]
    told = payer.mails("payment-refused")
    assert [mail.to for mail in told] == [aggregator.email]
    assert "Too young." in told[0].text
    assert payer.methods_of(agg)["japan"] == "card"


def test_a_request_sent_twice_is_one(agg: Account) -> None:
    assert request(agg) == request(agg)
    with pytest.raises(AlreadyAsked, match="open request"):
        request(agg, company="Another Inc.")
    assert payer.deeds(agg) == ["invoice-payment.request"]


def test_withdrawn_it_can_no_longer_be_decided(agg: Account) -> None:
    application = request(agg)
    for _ in range(2):
        applications.withdraw(application=application, who=CUSTOMER)
    with pytest.raises(AlreadyDecided):
        applications.accept(application=application, who=STAFF)
    assert request(agg) != application
    assert payer.deeds(agg)[1:] == ["invoice-payment.withdraw", "invoice-payment.request"]


def test_decided_twice_it_is_decided_once(agg: Account) -> None:
    application = request(agg)
    for _ in range(2):
        applications.accept(application=application, who=STAFF)
    with pytest.raises(AlreadyDecided):
        applications.refuse(application=application, reason="No.", who=STAFF)
    assert payer.deeds(agg).count("invoice-payment.accept") == 1


def test_who_pays_by_invoice_has_nothing_to_ask_for(agg: Account) -> None:
    payer.by_invoice(agg)
    with pytest.raises(AlreadyAsked, match="already"):
        request(agg)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "a@example.com, b@example.com"}, "email"),
        ({"email": "nobody"}, "email"),
        ({"company": " "}, "company"),
        ({"country": "Japan"}, "country"),
        ({"delivery": "post", "address": ""}, "address"),
        ({"department": "x" * 201}, "department"),
    ],
)
def test_facts_that_cannot_be_are_refused(
    agg: Account, changed: dict[str, str], field: str
) -> None:
    with pytest.raises(BadDetails) as refused:
        request(agg, **changed)
    assert refused.value.field == field


def test_a_refusal_needs_a_reason(agg: Account) -> None:
    with pytest.raises(SettingsRefused, match="Say why"):
        applications.refuse(application=request(agg), reason=" ", who=STAFF)


def test_a_tenant_that_somebody_else_pays_for_asks_in_vain(ten: Account) -> None:
    with pytest.raises(NotBilled):
        request(ten)


def test_the_details_of_the_other_coverage_stay(agg: Account) -> None:
    before = factories.profile(account=agg, company="As it was")
    applications.accept(application=request(agg), who=STAFF)
    ways = payer.state(agg).ways
    assert ways["global"].profile == before
    assert ways[JAPAN].profile != before
