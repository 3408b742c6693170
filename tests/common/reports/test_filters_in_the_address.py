"""Filters live in the address; a wrong one is said beside its field and shows nothing."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Account
from tests.common.reports.acts import acts
from tests.common.reports.reading import column

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _thirty(agg: Account) -> None:
    acts(agg, 30)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"q": "thing 2"}, 12),
        ({"q": "THING  person7"}, 1),
        ({"action": "sample.read"}, 15),
        ({"action": "sample.read", "q": "thing 2"}, 7),
        ({"since": "2026-11-21"}, 10),
        ({"month": "2026-11"}, 25),
        ({"month": "2026-10"}, 0),
        ({"q": ""}, 25),
        ({"unknown": "1"}, 25),
    ],
)
def test_filters_narrow_the_list(clerk: Client, query: dict[str, str], count: int) -> None:
    assert len(column(clerk.get("/acts/", query))) == count


@pytest.mark.parametrize(
    ("query", "typed", "words"),
    [
        ({"since": "yesterday"}, 'value="yesterday"', "Enter a valid date."),
        ({"since": "0000-00-00"}, 'value="0000-00-00"', "Enter a valid date."),
        ({"action": "eat"}, "eat is not one of", "Select a valid choice."),
        ({"q": "x" * 300}, "x" * 300, "at most 200 characters"),
        ({"q": "a\x00b"}, "a", "Null characters are not allowed."),
    ],
)
def test_a_wrong_filter_keeps_what_was_typed_and_shows_no_rows(
    clerk: Client, query: dict[str, str], typed: str, words: str
) -> None:
    response = clerk.get("/acts/", query)
    assertContains(response, typed)
    assertContains(response, words)
    assertContains(response, 'aria-invalid="true"')
    assertContains(response, "a filter is not understood")
    assertNotContains(response, "<tbody>")
    assertNotContains(response, "Download CSV")


def test_the_csv_of_a_wrong_filter_leads_back_to_the_field(clerk: Client) -> None:
    response = clerk.get("/acts/", {"since": "yesterday", "format": "csv"})
    assertRedirects(response, "/acts/?since=yesterday")


def test_it_says_how_many_filters_are_set_and_clears_them(clerk: Client) -> None:
    response = clerk.get("/acts/", {"account": "AGG", "q": "thing", "action": "sample.read"})
    assertContains(response, "2 filters set")
    assertContains(response, 'href="?account=AGG"')
    assertNotContains(clerk.get("/acts/"), "filters set")


def test_when_nothing_matches_the_way_back_is_offered(clerk: Client) -> None:
    response = clerk.get("/acts/", {"q": "nowhere"})
    assertContains(response, "Nothing matches these filters")
    assertContains(response, "Clear the filters")
