"""Where one is signed in, and signing out elsewhere."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings
from pytest_django.asserts import assertContains

from accounts.models import CacheEntry, User
from accounts.tasks.tidying import tidy
from billing_portal.common.visitor import ip_address
from tests import factories
from tests.accounts.conftest import SignedIn, Trail


def test_the_list_marks_this_device(person: User, signed_in: SignedIn) -> None:
    here, _there = signed_in(person), signed_in(person)
    assertContains(here.get("/me/sessions/"), "127.0.0.1", count=2)
    assertContains(here.get("/me/sessions/"), "(this device)", count=1)


def test_the_others_are_signed_out_and_recorded(
    person: User, signed_in: SignedIn, trail: Trail
) -> None:
    here, there = signed_in(person), signed_in(person)
    here.post("/me/sessions/")
    assert [browser.get("/settings/").status_code for browser in (here, there)] == [200, 302]
    assert trail()[-1] == ("session.end", person.email, person.email)


def test_sessions_of_others_are_not_touched(
    person: User, stranger: User, signed_in: SignedIn
) -> None:
    other = Client()
    other.force_login(stranger)
    signed_in(person).post("/me/sessions/")
    assert other.get("/settings/").status_code == 200


@pytest.mark.django_db
def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(
    settings: Settings, client: Client
) -> None:
    request = client.get("/healthz", HTTP_X_FORWARDED_FOR="6.6.6.6, 192.0.2.9").wsgi_request
    assert ip_address(request) == "127.0.0.1"
    settings.BEHIND_PROXY = True
    assert ip_address(request) == "192.0.2.9"


def test_ended_sessions_are_tidied_away_and_living_ones_stay(
    person: User, signed_in: SignedIn
) -> None:
    here, there = signed_in(person), signed_in(person)
    Session.objects.filter(pk=there.session.session_key).update(expire_date=factories.LONG_AGO)
    CacheEntry.objects.create(cache_key="old", value="", expires=factories.LONG_AGO)
    tidy()
    assert UserSession.objects.count() == Session.objects.count() == 1
    assert not CacheEntry.objects.filter(pk="old").exists()
    assert here.get("/settings/").status_code == 200
