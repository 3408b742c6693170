"""What every page has around its content."""

import json
import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.asserts import assertContains

from accounts.models import Account

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
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


def test_the_menu_groups_the_places_and_marks_the_present_one(
    clerk: Client, closed: Account
) -> None:
    html = clerk.get("/bills/AGG/japan/2026-10/").content.decode()
    menu = html.partition('aria-label="Pages"')[2].partition("</nav>")[0]
    assert '<p class="group">Billing</p>' in menu
    assert re.findall(r'aria-current="page">([^<]+)<', menu) == ["Bills"]


def test_the_menu_leads_only_to_pages_that_are_there(clerk: Client, closed: Account) -> None:
    html = clerk.get("/").content.decode()
    menu = html.partition('aria-label="Pages"')[2].partition("</nav>")[0]
    places = re.findall(r'href="([^"]+)"', menu)
    assert len(places) >= 3
    assert {clerk.get(place).status_code for place in places} == {200}


def test_people_of_one_account_see_its_name_and_no_switch(clerk: Client, closed: Account) -> None:
    html = clerk.get("/bills/").content.decode()
    assert '<p class="eyebrow">Aggregator</p>' in html
    assert "menu account" not in html


def test_scripts_are_our_own_files_and_may_evaluate_nothing(clerk: Client) -> None:
    html = clerk.get("/").content.decode()
    assert set(re.findall(r'<script[^>]* src="/([^/]+)/', html)) == {"static"}
    config = json.loads(re.findall(r"name=\"htmx-config\" content='([^']+)'", html)[0])
    refused = ("includeIndicatorStyles", "allowEval", "allowScriptTags")
    assert [config[name] for name in refused] == [False, False, False]
    assert config["selfRequestsOnly"] is True
    assert config["historyCacheSize"] == 0


@pytest.mark.parametrize("name", ["tokens", "portal", "ledger"])
def test_colours_are_named_in_one_file_only(name: str) -> None:
    text = (ROOT / "static" / "css" / f"{name}.css").read_text()
    colours = re.findall(r"#[0-9a-f]{3,8}\b(?![^{]*\{)|rgb\(|hsl\(", text)
    assert bool(colours) == (name == "tokens")
