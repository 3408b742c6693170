"""Where a second factor is required nobody gets anywhere without one."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.asserts import assertContains, assertRedirects

from accounts.choices import Role
from accounts.models import Account, User
from tests import factories
from tests.accounts.conftest import Trail
from tests.accounts.second_factors import add_app

RULES = "/settings/rules/?account=AGG"
TO_SECURITY = "/settings/security/"


@pytest.fixture
def strict(agg: Account) -> Account:
    agg.second_factor_required = True
    agg.save()
    return agg


@pytest.fixture
def clerk(client: Client, agg: Account) -> User:
    """Somebody of the account who is signed in, with no second factor."""
    person = factories.person(agg, role=Role.VIEWER, name="Clerk")
    client.force_login(person)
    return person


class TestOfAnAccount:
    @pytest.mark.parametrize("path", ["/", "/bills/", "/settings/", "/me/password/set/"])
    def test_every_page_leads_to_where_one_is_set_up(
        self, path: str, client: Client, clerk: User, strict: Account
    ) -> None:
        response = client.get(path)
        if path.startswith("/me/password"):
            assert response.status_code == 200
        else:
            assertRedirects(response, TO_SECURITY)
            assertContains(client.get(path, follow=True), "Aggregator asks everybody for one")

    @pytest.mark.parametrize("path", ["/me/app/", "/me/keys/add/", "/settings/security/"])
    def test_those_pages_open(
        self, path: str, client: Client, clerk: User, strict: Account
    ) -> None:
        assert client.get(path).status_code == 200

    def test_signing_out_and_another_language_work(
        self, client: Client, clerk: User, strict: Account
    ) -> None:
        assertRedirects(client.post("/language/", {"language": "ja"}), "/", target_status_code=302)
        assertRedirects(client.post("/sign-out/"), "/sign-in/")

    def test_with_one_every_page_opens(self, client: Client, clerk: User, strict: Account) -> None:
        add_app(clerk)
        assert client.get("/settings/").status_code == 200

    def test_recovery_codes_alone_are_none(
        self, client: Client, clerk: User, strict: Account
    ) -> None:
        add_app(clerk).delete()
        assert Authenticator.objects.filter(user=clerk).exists()
        assertRedirects(client.get("/"), TO_SECURITY)

    def test_other_accounts_are_not_asked(
        self, client: Client, stranger: User, strict: Account
    ) -> None:
        client.force_login(stranger)
        assert client.get("/").status_code == 200

    def test_who_is_signed_in_is_asked_at_the_next_page(
        self, client: Client, clerk: User, agg: Account
    ) -> None:
        assert client.get("/settings/").status_code == 200
        Account.objects.update(second_factor_required=True)
        assertRedirects(client.get("/settings/"), TO_SECURITY)

    def test_it_costs_no_query(
        self, client: Client, clerk: User, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(2):  # session and person
            client.get("/me/password/set/")


class TestOfStaff:
    def test_outside_the_demonstration_all_staff_need_one(
        self, client: Client, operator: User, settings: Settings
    ) -> None:
        settings.STAFF_NEED_SECOND_FACTOR = True
        client.force_login(operator)
        for path in ("/staff/", "/", "/staff/accounts/user/"):
            assertRedirects(client.get(path), TO_SECURITY)
        add_app(operator)
        assert client.get("/staff/").status_code == 200

    def test_leaving_is_possible(self, client: Client, operator: User, settings: Settings) -> None:
        settings.STAFF_NEED_SECOND_FACTOR = True
        client.force_login(operator)
        assertRedirects(client.post("/staff/logout/"), "/sign-in/")


class TestTheRule:
    def test_the_page_names_those_without_one(
        self, client: Client, clerk: User, agg: Account
    ) -> None:
        client.force_login(factories.person(agg, name="Admin"))
        response = client.get(RULES)
        assertContains(response, "2 people have none")
        assertContains(response, "Clerk")

    def test_who_has_none_cannot_ask_others(
        self, client: Client, aggregator: User, agg: Account
    ) -> None:
        client.force_login(aggregator)
        assertContains(
            client.post(RULES, {"required": "yes"}), "Set up a second factor for yourself"
        )
        agg.refresh_from_db()
        assert not agg.second_factor_required

    @pytest.mark.parametrize("required", [True, False])
    def test_it_is_switched_and_recorded(
        self, required: bool, client: Client, aggregator: User, agg: Account, trail: Trail
    ) -> None:
        Account.objects.filter(pk=agg.pk).update(second_factor_required=not required)
        add_app(aggregator)
        client.force_login(aggregator)
        assertRedirects(client.post(RULES, {"required": "yes" if required else "no"}), RULES)
        agg.refresh_from_db()
        assert agg.second_factor_required is required
        assert trail()[-1][0] == "account.second-factor"
        assert Account.history.filter(id=agg.pk).count() >= 1
