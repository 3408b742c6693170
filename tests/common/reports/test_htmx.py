"""With htmx only the list is replaced; without scripts every page is whole."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Account
from tests.common.reports.acts import acts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _thirty(agg: Account) -> None:
    acts(agg, 30)


def test_htmx_gets_the_region_alone(clerk: Client) -> None:
    response = clerk.get("/acts/?q=thing", headers={"hx-request": "true"})
    assert response.content.decode().strip().startswith('<div class="report" id="report-acts"')
    assertContains(response, 'hx-push-url="true"')
    assertNotContains(response, "<html")


@pytest.mark.parametrize(
    "headers", [{}, {"hx-request": "true", "hx-history-restore-request": "true"}]
)
def test_all_others_get_the_page(clerk: Client, headers: dict[str, str]) -> None:
    assertContains(clerk.get("/acts/", headers=headers), "<html")


def test_no_cache_takes_one_for_the_other(clerk: Client) -> None:
    assert "HX-Request" in clerk.get("/acts/")["Vary"]


def test_only_filters_sorting_and_pages_are_boosted(clerk: Client) -> None:
    html = clerk.get("/acts/").content.decode()
    boosted = {part[-120:].rpartition("<")[2].split()[0] for part in html.split(" hx-boost=")[:-1]}
    assert boosted == {"form", "thead", "nav"}
