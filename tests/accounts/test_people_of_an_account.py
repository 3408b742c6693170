"""Administrators see, change and remove the people of their account; nobody else does."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.choices import Role
from accounts.models import Account, Membership, User
from accounts.services import people
from tests import factories
from tests.accounts.conftest import Trail, mails

LIST = "/settings/people/"


@pytest.fixture
def clerk(agg: Account) -> User:
    return factories.person(agg, email="clerk@example.com", name="Clerk", role=Role.BILLING)


@pytest.fixture
def admin(client: Client, aggregator: User) -> Client:
    client.force_login(aggregator)
    return client


def role(person: User, account: Account) -> Membership:
    return Membership.objects.get(user=person, account=account)


def test_the_list_shows_everybody_with_role_and_second_factor(admin: Client, clerk: User) -> None:
    response = admin.get(LIST)
    assertContains(response, "clerk@example.com")
    assertContains(response, "Administrator")
    assertContains(response, "Never")


@pytest.mark.parametrize("members", [2, 12])
def test_a_constant_number_of_queries(
    members: int, admin: Client, agg: Account, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(members):
        factories.person(agg, role=Role.VIEWER)
    with django_assert_max_num_queries(9):
        admin.get(LIST)


@pytest.mark.parametrize("held", [Role.VIEWER, Role.BILLING])
@pytest.mark.parametrize("path", [LIST, "/settings/people/invite/", "/settings/rules/"])
def test_who_manages_nothing_finds_no_such_page(
    held: Role, path: str, client: Client, agg: Account
) -> None:
    client.force_login(factories.person(agg, role=held))
    assert client.get(path).status_code == 404
    assertNotContains(client.get("/settings/"), LIST)


def test_another_role_is_given_told_and_recorded(
    admin: Client, agg: Account, clerk: User, trail: Trail
) -> None:
    held = role(clerk, agg)
    response = admin.post(f"{LIST}{held.pk}/", {"role": "viewer"})
    assertRedirects(response, f"{LIST}?account=AGG")
    assert role(clerk, agg).role == Role.VIEWER
    assert trail()[-1] == ("membership.grant", "aggregator@example.com", "clerk@example.com")
    (mail,) = mails("role-changed")
    assert (mail.to, "Viewer" in mail.text) == ("clerk@example.com", True)


def test_removing_says_first_what_it_means(admin: Client, agg: Account, clerk: User) -> None:
    path = f"{LIST}{role(clerk, agg).pk}/remove/"
    assertContains(admin.get(path), "no longer see the pages of Aggregator")
    assert clerk.memberships.exists()
    assertRedirects(admin.post(path), f"{LIST}?account=AGG")
    assert not clerk.memberships.exists()
    assert [mail.to for mail in mails("role-removed")] == ["clerk@example.com"]


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize(("act", "typed"), [("", {"role": "viewer"}), ("remove/", {})])
def test_the_last_administrator_can_neither_go_nor_step_down(
    act: str, typed: dict[str, str], admin: Client, agg: Account, aggregator: User
) -> None:
    response = admin.post(f"{LIST}{role(aggregator, agg).pk}/{act}", typed)
    assertContains(response, "is the only administrator")
    assert role(aggregator, agg).role == Role.ADMIN


def test_an_administrator_who_cannot_sign_in_does_not_count(agg: Account, aggregator: User) -> None:
    factories.person(agg, is_active=False)
    with pytest.raises(people.LastAdministrator):
        people.remove(membership=role(aggregator, agg), actor="x", now=factories.NOW)


def test_one_of_two_may_go_and_is_led_home(admin: Client, agg: Account, aggregator: User) -> None:
    factories.person(agg)
    response = admin.post(f"{LIST}{role(aggregator, agg).pk}/remove/")
    assertRedirects(response, "/", fetch_redirect_response=False)
    assert not aggregator.memberships.exists()


@pytest.mark.parametrize("act", ["", "remove/"])
def test_people_of_other_accounts_do_not_exist(
    act: str, admin: Client, stranger: User, stray: Account
) -> None:
    path = f"{LIST}{role(stranger, stray).pk}/{act}"
    assert admin.get(path).status_code == admin.post(path, {"role": "viewer"}).status_code == 404
    assert admin.get(f"{LIST}?account=STR").status_code == 404


def test_a_hostile_name_is_text(admin: Client, agg: Account) -> None:
    factories.person(agg, name="<script>alert(1)</script>\u202e" + "x" * 150)
    assertNotContains(admin.get(LIST), "<script>alert")
