"""A list in a total order, cut into pages that can be jumped to."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Account
from tests.common.reports.acts import PER_PAGE, acts
from tests.common.reports.reading import column

pytestmark = pytest.mark.django_db


def test_the_first_page_has_the_order_of_the_table(clerk: Client, agg: Account) -> None:
    acts(agg, 30)
    assert column(clerk.get("/acts/"), 2)[:3] == ["thing 0", "thing 1", "thing 2"]


@pytest.mark.parametrize(
    ("sort", "first"),
    [("subject", "thing 0"), ("-subject", "thing 9"), ("at", "thing 29"), ("-at", "thing 0")],
)
def test_a_header_sorts_both_ways(clerk: Client, agg: Account, sort: str, first: str) -> None:
    acts(agg, 30)
    response = clerk.get("/acts/", {"sort": sort})
    assert column(response, 2)[0] == first
    assertContains(response, f'aria-sort="{"de" if sort[0] == "-" else "a"}scending"', count=1)


def test_equal_rows_are_on_one_page_each(clerk: Client, agg: Account) -> None:
    acts(agg, 60, hours=1, actor="same@example.com")
    pages = [clerk.get("/acts/", {"sort": "actor", "page": n}) for n in (1, 2, 3)]
    seen = [text for page in pages for text in column(page, 2)]
    assert len(seen) == len(set(seen)) == 60


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("1", "1 to 25 of 60"),
        ("3", "51 to 60 of 60"),
        ("99", "51 to 60 of 60"),
        ("0", "51 to 60 of 60"),
        ("-1", "51 to 60 of 60"),
        ("x", "1 to 25 of 60"),
        ("", "1 to 25 of 60"),
        ("1e9", "1 to 25 of 60"),
    ],
)
def test_any_page_number_leads_to_a_page(
    clerk: Client, agg: Account, number: str, words: str
) -> None:
    acts(agg, 60)
    assertContains(clerk.get("/acts/", {"page": number}), words)


@pytest.mark.parametrize(("size", "shown"), [("50", 50), ("7", PER_PAGE), ("9999999", PER_PAGE)])
def test_the_page_has_one_of_the_sizes_that_are_offered(
    clerk: Client, agg: Account, size: str, shown: int
) -> None:
    acts(agg, 60)
    assert len(column(clerk.get("/acts/", {"per_page": size}))) == shown


@pytest.mark.parametrize("sort", ["nothing", "times", "--at", "detail__times", "", "pk"])
def test_sorting_by_what_is_no_column_to_sort_by_is_passed_over(
    clerk: Client, agg: Account, sort: str
) -> None:
    acts(agg, 3)
    assert column(clerk.get("/acts/", {"sort": sort}), 2) == ["thing 0", "thing 1", "thing 2"]


def test_links_and_forms_keep_the_rest_of_the_address(clerk: Client, agg: Account) -> None:
    acts(agg, 60)
    response = clerk.get("/acts/", {"account": "AGG", "q": "thing", "sort": "at", "page": "2"})
    assertContains(response, 'href="?account=AGG&amp;q=thing&amp;sort=at&amp;page=3"')
    assertContains(response, 'href="?account=AGG&amp;q=thing&amp;sort=subject"')
    assertContains(response, '<input type="hidden" name="account" value="AGG">')
    assertContains(response, '<input type="hidden" name="sort" value="at">')
    assertNotContains(response, '<input type="hidden" name="page"')


def test_the_totals_are_of_all_rows_and_not_of_the_page(clerk: Client, agg: Account) -> None:
    acts(agg, 60)
    foot = clerk.get("/acts/", {"page": "2"}).content.decode().partition("<tfoot>")[2]
    assert ">60<" in foot


def test_an_empty_list_says_why(clerk: Client) -> None:
    assertContains(clerk.get("/acts/"), "They appear here when somebody does something.")
