"""What every page has around its content."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.asserts import assertContains

from accounts.models import Account

pytestmark = pytest.mark.django_db
PAGES = ["/", "/bills/", "/invoices/", "/bills/AGG/japan/2026-10/", "/bills/AGG/japan/2020-01/"]


@pytest.fixture
def page(request: pytest.FixtureRequest, clerk: Client, closed: Account) -> HttpResponse:
    response = clerk.get(request.param)
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize("page", PAGES, indirect=True)
def test_pages_are_whole_and_need_nothing_that_the_policy_forbids(page: HttpResponse) -> None:
    html = page.content.decode()
    assert '<html lang="en"' in html
    assert 'href="#content-start"' in html
    assert len(re.findall("<h1|<h2", html)) >= 1
    assert not re.findall(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", html)
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", html)
    assert "default-src 'none'" in page["Content-Security-Policy"]


def test_a_page_says_the_language_that_it_speaks(clerk: Client) -> None:
    response = clerk.get("/", headers={"accept-language": "ja"})
    assertContains(response, '<html lang="en"')
    assertContains(response, "November 2026 so far")


@pytest.mark.parametrize(
    "path",
    [
        "/bills/AGG/japan/2026-13/",
        "/bills/AGG/japan/0000-00/",
        "/bills/AGG/japan/9999-12/",
        "/bills/AGG/japan/202610/",
        "/bills/AGG/mars/2026-10/",
        "/bills/AGG/japan/2026-09/",
        "/bills/../japan/2026-10/",
        "/jobs/99999999999999999999/",
        "/downloads/nonsense/",
        "/invoices/%00/pdf/",
        "/nowhere/",
    ],
)
def test_nonsense_is_not_found_and_says_so_kindly(
    clerk: Client, closed: Account, path: str
) -> None:
    assertContains(clerk.get(path), "This page does not exist", status_code=404)
