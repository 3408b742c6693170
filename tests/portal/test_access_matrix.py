"""Who gets what at every address: the matrix is the rule, and no address may be missing from it."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.choices import Role
from accounts.models import Account, ApiKey, Invitation, Job, Membership, User
from billing_portal.common import downloads
from invoices.exports import detail
from invoices.models import Invoice
from invoices.services.payments import receivables
from tests import cast, credit_factories, factories, once, payment_factories
from tests.invoices.plans import stall
from tests.portal.visitors import close
from tests.usage.reports import desk

pytestmark = pytest.mark.django_db

PEOPLE = ("anonymous", "stranger", "tenant", "aggregator", "operator")
RESET = {"uidb36": "1", "key": "set-password"}
FILE = {"sort": "active-devices", "key": "TEN"}
BILL = {"key": "AGG", "coverage": "japan", "month": "2026-10"}
PAY = {"key": "AGG", "coverage": "japan"}
# A number that no row gets by itself on PostgreSQL, whose sequences know nothing of ours.
ROW = {"pk": 1_000_000}
DISCOUNT = {**PAY, "code": "longTermBasicCharge"}

# name of the address, method, arguments, and the status for each of PEOPLE
MATRIX = [
    ("home", "get", {}, (302, 200, 200, 200, 200)),
    ("bills", "get", {}, (302, 200, 200, 200, 200)),
    ("invoices", "get", {}, (302, 200, 200, 200, 200)),
    ("bill", "get", BILL, (302, 404, 404, 200, 404)),
    ("bill-csv", "get", BILL, (302, 404, 404, 200, 404)),
    ("bill-days", "get", BILL, (302, 404, 404, 200, 404)),
    ("bill-devices", "get", BILL, (302, 404, 404, 200, 404)),
    ("bill-devices-csv", "get", BILL, (302, 404, 404, 200, 404)),
    ("bill-tags", "get", BILL, (302, 404, 404, 200, 404)),
    ("bill-groups", "get", BILL, (302, 404, 404, 200, 404)),
    ("bill-lines", "get", BILL, (302, 404, 404, 200, 404)),
    ("why", "get", BILL, (302, 404, 404, 404, 404)),  # it names no line
    ("invoice-payment", "get", {"label": "S-1"}, (302, 404, 404, 200, 404)),
    ("payment-points", "get", {}, (302, 200, 200, 200, 200)),
    ("payment-cards", "get", {}, (302, 200, 200, 200, 200)),
    ("payment-card-add", "post", PAY, (302, 404, 404, 302, 404)),
    ("payment-card-add", "get", PAY, (302, 405, 405, 405, 405)),
    ("payment-charge-again", "post", PAY, (302, 404, 404, 302, 404)),
    ("payment-charge-again", "get", PAY, (302, 405, 405, 405, 405)),
    ("payment-card-leave", "get", {"key": "visit"}, (302, 404, 404, 200, 404)),
    ("payment-card-back", "get", {"key": "visit"}, (302, 404, 404, 302, 404)),
    ("payment-card-default", "post", ROW, (302, 404, 404, 302, 404)),
    ("payment-card-default", "get", ROW, (302, 405, 405, 405, 405)),
    ("payment-card-remove", "get", ROW, (302, 404, 404, 200, 404)),
    ("payment-card-remove", "post", ROW, (302, 404, 404, 302, 404)),
    ("payment-coupons", "get", {}, (302, 200, 200, 200, 200)),
    ("payment-coupon-buy", "get", PAY, (302, 404, 404, 200, 404)),
    ("payment-coupon-buy", "post", PAY, (302, 404, 404, 200, 404)),
    ("payment-coupon-register", "get", PAY, (302, 404, 404, 200, 404)),
    ("payment-coupon-register", "post", PAY, (302, 404, 404, 200, 404)),
    ("payment-discounts", "get", {}, (302, 200, 200, 200, 200)),
    ("payment-discount", "get", DISCOUNT, (302, 404, 404, 200, 404)),
    ("payment-discount", "post", DISCOUNT, (302, 404, 404, 200, 404)),
    ("payment-order", "get", {"key": "ORDER"}, (302, 404, 404, 200, 404)),
    ("payment-order-confirm", "post", {"key": "ORDER"}, (302, 404, 404, 302, 404)),
    ("payment-order-confirm", "get", {"key": "ORDER"}, (302, 405, 405, 405, 405)),
    ("payment-order-cancel", "post", {"key": "ORDER"}, (302, 404, 404, 302, 404)),
    ("payment-order-cancel", "get", {"key": "ORDER"}, (302, 405, 405, 405, 405)),
    ("payment-sandbox", "get", {}, (302, 404, 404, 404, 404)),  # it names no visit
    ("payment-webhook", "post", {}, (400, 400, 400, 400, 400)),  # nobody signed it
    ("payment-webhook", "get", {}, (405, 405, 405, 405, 405)),
    ("devices", "get", {}, (302, 200, 200, 200, 200)),
    ("organisation-report", "get", {}, (302, 200, 200, 200, 200)),
    ("device", "get", {"key": "sim"}, (302, 404, 200, 200, 404)),
    ("device-activity", "get", {"key": "sim"}, (302, 404, 200, 200, 404)),
    ("device-labels", "get", {"key": "sim"}, (302, 404, 200, 404, 404)),
    ("devices-labels", "post", {}, (302, 302, 302, 302, 404)),
    ("devices-labels", "get", {}, (302, 405, 405, 405, 405)),
    ("device-add", "get", {}, (302, 200, 200, 200, 404)),
    ("device-add", "post", {}, (302, 200, 200, 200, 404)),
    ("device-switch", "get", {"key": "sim"}, (302, 404, 200, 404, 404)),
    ("device-switch", "post", {"key": "sim"}, (302, 404, 200, 404, 404)),
    ("devices-switch", "post", {}, (302, 302, 302, 302, 404)),
    ("devices-switch", "get", {}, (302, 405, 405, 405, 405)),
    ("devices-upload", "get", {}, (302, 200, 200, 200, 404)),
    ("devices-labels-csv", "get", {}, (302, 200, 200, 200, 404)),
    ("my-billing", "get", {}, (302, 200, 200, 200, 200)),
    ("report-file", "get", FILE, (302, 404, 302, 302, 404)),
    ("active-devices", "get", {}, (302, 200, 200, 200, 200)),
    ("usage-reports", "get", {}, (302, 200, 200, 200, 200)),
    ("usage-report", "get", {"key": "TEN"}, (302, 404, 200, 200, 404)),
    ("usage-report-billing", "get", {"key": "TEN"}, (302, 404, 200, 200, 404)),
    ("usage-report-quota", "get", {"key": "TEN"}, (302, 404, 200, 200, 404)),
    ("usage-report-attributes", "get", {"key": "TEN"}, (302, 404, 200, 200, 404)),
    ("package-history", "get", {}, (302, 200, 200, 200, 200)),
    ("bill-export", "post", BILL, (302, 404, 404, 302, 404)),
    ("bill-export", "get", BILL, (302, 405, 405, 405, 405)),
    ("invoices-archive", "post", {}, (302, 302, 404, 302, 404)),
    ("invoices-archive", "get", {}, (302, 405, 405, 405, 405)),
    ("invoice-pdf", "get", {"label": "S-1"}, (302, 404, 404, 200, 404)),
    ("payment-settings", "get", {}, (302, 200, 404, 200, 404)),
    ("payment-apply", "get", PAY, (302, 404, 404, 200, 404)),
    ("payment-apply", "post", PAY, (302, 404, 404, 200, 404)),
    ("payment-withdraw", "post", PAY, (302, 404, 404, 302, 404)),
    ("payment-withdraw", "get", PAY, (302, 405, 405, 405, 405)),
    ("payment-details", "get", PAY, (302, 404, 404, 200, 404)),
    ("payment-details", "post", PAY, (302, 404, 404, 200, 404)),
    ("payment-merge", "get", PAY, (302, 404, 404, 200, 404)),
    ("payment-merge", "post", PAY, (302, 404, 404, 200, 404)),
    ("payment-part", "get", {"key": "AGG"}, (302, 404, 404, 302, 404)),
    ("payment-part", "post", {"key": "AGG"}, (302, 404, 404, 302, 404)),
    ("payment-card", "get", PAY, (302, 404, 404, 302, 404)),
    ("payment-card", "post", PAY, (302, 404, 404, 302, 404)),
    ("plans", "get", {}, (302, 200, 200, 200, 200)),
    ("plan-take", "get", {"key": "AGG", "code": "standard"}, (302, 404, 404, 200, 404)),
    ("plan-take", "post", {"key": "AGG", "code": "standard"}, (302, 404, 404, 200, 404)),
    ("job", "get", ROW, (302, 404, 404, 200, 404)),
    ("job-again", "post", ROW, (302, 404, 404, 302, 404)),
    ("job-again", "get", ROW, (302, 405, 405, 405, 405)),
    ("job-file", "get", ROW, (302, 404, 404, 302, 404)),
    ("download", "get", {"token": "signed"}, (302, 404, 404, 302, 404)),
    ("api-file", "get", {"token": "signed"}, (404, 404, 404, 404, 404)),  # of a job
    ("developers", "get", {}, (302, 200, 200, 200, 200)),
    ("developers-reference", "get", {}, (302, 200, 200, 200, 404)),
    ("developers-openapi", "get", {}, (302, 200, 200, 200, 404)),
    ("parts", "get", {}, (302, 404, 404, 404, 200)),
    ("login", "get", {}, (200, 302, 302, 302, 302)),
    ("logout", "post", {}, (302, 302, 302, 302, 302)),
    ("logout", "get", {}, (405, 405, 405, 405, 405)),
    ("account_login", "get", {}, (200, 302, 302, 302, 302)),
    ("account_logout", "post", {}, (302, 302, 302, 302, 302)),
    ("staff-sign-in", "get", {}, (302, 404, 404, 404, 302)),
    ("staff-sign-out", "post", {}, (302, 302, 302, 302, 302)),
    ("staff-password", "get", {}, (302, 302, 302, 302, 302)),
    ("mfa_authenticate", "get", {}, (302, 302, 302, 302, 302)),
    ("account_reset_password", "get", {}, (200, 200, 200, 200, 200)),
    ("account_reset_password_done", "get", {}, (200, 200, 200, 200, 200)),
    ("account_reset_password_from_key", "get", RESET, (200, 200, 200, 200, 200)),
    ("account_reset_password_from_key_done", "get", {}, (200, 200, 200, 200, 200)),
    ("invitation", "get", {"token": "forged"}, (410, 410, 410, 410, 410)),
    ("address-confirm", "get", {"token": "forged"}, (410, 410, 410, 410, 410)),
    ("account_change_password", "get", {}, (302, 302, 302, 302, 302)),
    ("account_set_password", "get", {}, (302, 200, 200, 200, 200)),
    ("account_reauthenticate", "get", {}, (302, 403, 403, 403, 403)),
    ("mfa_reauthenticate", "get", {}, (302, 403, 403, 403, 403)),
    ("mfa_reauthenticate_webauthn", "get", {}, (302, 403, 403, 403, 403)),
    ("mfa_activate_totp", "get", {}, (302, 200, 200, 200, 200)),
    ("mfa_deactivate_totp", "get", {}, (302, 404, 404, 404, 404)),
    ("mfa_add_webauthn", "get", {}, (302, 200, 200, 200, 200)),
    ("mfa_remove_webauthn", "get", ROW, (302, 404, 404, 404, 404)),
    ("mfa_view_recovery_codes", "get", {}, (302, 404, 404, 404, 404)),
    ("mfa_generate_recovery_codes", "get", {}, (302, 200, 200, 200, 200)),
    ("mfa_download_recovery_codes", "get", {}, (302, 404, 404, 404, 404)),
    ("usersessions_list", "get", {}, (302, 200, 200, 200, 200)),
    ("settings-profile", "get", {}, (302, 200, 200, 200, 200)),
    ("settings-security", "get", {}, (302, 200, 200, 200, 200)),
    ("mfa_index", "get", {}, (302, 200, 200, 200, 200)),
    ("mfa_list_webauthn", "get", {}, (302, 200, 200, 200, 200)),
    ("settings-address", "get", {}, (302, 200, 200, 200, 200)),
    ("settings-people", "get", {}, (302, 200, 200, 200, 404)),
    ("settings-invite", "get", {}, (302, 200, 200, 200, 404)),
    ("settings-rules", "get", {}, (302, 200, 200, 200, 404)),
    ("settings-keys", "get", {}, (302, 200, 200, 200, 404)),
    ("settings-key", "get", {}, (302, 200, 200, 200, 404)),
    ("settings-key", "post", {}, (302, 200, 200, 200, 404)),
    ("settings-key-revoke", "get", ROW, (302, 404, 404, 200, 404)),
    ("settings-key-revoke", "post", ROW, (302, 404, 404, 302, 404)),
    ("settings-person", "get", ROW, (302, 404, 404, 200, 404)),
    ("settings-person-remove", "get", ROW, (302, 404, 404, 200, 404)),
    ("settings-person-remove", "post", ROW, (302, 404, 404, 200, 404)),
    ("settings-invitation", "post", ROW, (302, 404, 404, 302, 404)),
    ("settings-invitation", "get", ROW, (302, 405, 405, 405, 405)),
    ("language", "post", {}, (302, 302, 302, 302, 302)),
    ("language", "get", {}, (405, 405, 405, 405, 405)),
    ("view-as", "post", {}, (302, 404, 404, 404, 404)),
    ("view-as", "get", {}, (302, 405, 405, 405, 405)),
    ("view-as-stop", "post", {}, (302, 404, 404, 404, 302)),
    ("view-as-stop", "get", {}, (302, 405, 405, 405, 405)),
    ("healthz", "get", {}, (503, 503, 503, 503, 503)),  # there is no worker
    ("metrics", "get", {}, (404, 404, 404, 404, 404)),  # there is no token
    ("admin:index", "get", {}, (302, 302, 302, 302, 200)),
    ("admin:usage_import_upload", "get", {}, (302, 302, 302, 302, 200)),
]


def _signed_in() -> dict[str, str]:
    """The session of each of the cast, for whom everything is there."""
    agg = cast.make_agg()
    ten = cast.make_ten(agg)
    aggregator = cast.make_aggregator(agg)
    cast.make_tenant(ten)
    cast.make_stranger(cast.make_str())
    cast.make_operator()
    _world(agg, ten, aggregator)
    return {person: _session(person) for person in PEOPLE if person != "anonymous"}


def _session(person: str) -> str:
    client = Client()
    client.force_login(User.objects.get(email=f"{person}@example.com"))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


sessions = once.made(_signed_in)


@pytest.fixture(autouse=True)
def _without_lines(november: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detail, "stream", lambda _bill: iter([b"imsi,date"]))


def _world(agg: Account, ten: Account, aggregator: User) -> None:
    """A closed bill with its PDF, a report, a job, and a device of the tenant."""
    closed = close(agg)
    factories.tax_rate()
    stall.thing(ten, "sim", stall.plans_on_sale()[0])
    factories.profile(account=closed)
    payment_factories.card(account=closed, pk=ROW["pk"])
    payment_factories.setup(account=closed, key="visit")
    credit_factories.order(account=closed, key="ORDER")
    factories.price(item=credit_factories.contract_item())
    receivables.open_for(invoices=[Invoice.objects.get(label="S-1")], now=factories.NOW)
    desk.frozen(closed, ten)
    Job.objects.create(
        pk=ROW["pk"],
        account=closed,
        person=aggregator,
        kind="detail-csv",
        subject={"coverage": "japan", "month": "2026-10"},
        created_at=factories.NOW,
        due_at=factories.NOW,
    )
    ApiKey.objects.create(pk=ROW["pk"], account=closed, public_id="k", created_at=factories.NOW)
    Membership.objects.filter(user=aggregator).delete()
    Membership.objects.create(pk=ROW["pk"], user=aggregator, account=closed, role=Role.ADMIN)
    Invitation.objects.create(
        pk=ROW["pk"],
        account=closed,
        email="invited@example.com",
        role=Role.VIEWER,
        language="en",
        invited_by=aggregator.email,
        created_at=factories.NOW,
        expires_at=factories.NOW,
    )


@pytest.mark.parametrize(("name", "method", "arguments", "statuses"), MATRIX)
def test_every_address_answers_each_person_as_the_matrix_says(
    name: str,
    method: str,
    arguments: dict[str, str],
    statuses: tuple[int, ...],
    sessions: dict[str, str],
) -> None:
    if arguments.get("token"):
        arguments = {"token": downloads.sign(kind="job", key=str(ROW["pk"]), seconds=60)}
    address = reverse(name, kwargs=arguments)
    answers = tuple(_status(sessions.get(who), method, address) for who in PEOPLE)
    assert dict(zip(PEOPLE, answers, strict=True)) == dict(zip(PEOPLE, statuses, strict=True))


def _status(session: str | None, method: str, address: str) -> int:
    client = Client()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    response = getattr(client, method)(address)
    if response.streaming:
        assert b"".join(response.streaming_content)
    return int(response.status_code)


def test_naming_somebody_elses_account_is_not_found(client: Client) -> None:
    client.force_login(User.objects.get(email="stranger@example.com"))
    statuses = {client.get(f"{path}?account=AGG").status_code for path in ("/", "/bills/")}
    assert statuses == {404}


def test_no_address_is_missing_from_the_matrix() -> None:
    assert set(_names(get_resolver())) == {name for name, *_ in MATRIX if ":" not in name}


def _names(resolver: URLResolver) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield str(entry.name)
        elif entry.namespace is None:
            yield from _names(entry)
