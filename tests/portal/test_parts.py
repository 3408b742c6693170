"""The page of all parts: each part in all its states, for staff only."""

import re

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User

pytestmark = pytest.mark.django_db

PARTS = [
    "page-header",
    "switches",
    "months",
    "stat",
    "notice info",
    "notice success",
    "notice warning",
    "notice problem",
    "filters",
    "field wrong",
    "table-region",
    "pager",
    "tabs",
    "timeline",
    "explain",
    "chart",
    "chart shares",
    "sparkline",
    "empty",
]


@pytest.fixture
def staff(client: Client, operator: User, november: None) -> Client:
    client.force_login(operator)
    return client


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_there(staff: Client, part: str) -> None:
    assertContains(staff.get("/parts/"), f'class="{part}')


def test_nothing_in_it_needs_what_the_policy_forbids(staff: Client) -> None:
    html = staff.get("/parts/").content.decode()
    assert not re.findall(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", html)


def test_hostile_text_is_text(staff: Client) -> None:
    response = staff.get("/parts/")
    assertContains(response, "&lt;b&gt;not bold&lt;/b&gt;")
    assertNotContains(response, "<b>not bold")


@pytest.mark.parametrize(("look", "status"), [("", 200), ("light", 200), ("dark", 200), ("x", 404)])
def test_it_has_each_look(staff: Client, look: str, status: int) -> None:
    assert staff.get("/parts/", {"look": look}).status_code == status


@pytest.mark.parametrize(
    ("month", "shown", "words"),
    [
        ("", "2026-11", ""),
        ("2026-10", "2026-10", ""),
        ("0000-01", "2026-11", "is no month"),
        ("9999-12", "2026-11", "is no month"),
        ("1970-01", "2024-12", "There is nothing for January 1970. This page shows December 2024."),
        ("2027-01", "2026-11", "There is nothing for January 2027."),
        ("<b>", "2026-11", "“&lt;b&gt;” is no month. This page shows November 2026."),
    ],
)
def test_the_month_picker_answers_whatever_the_address_says(
    staff: Client, month: str, shown: str, words: str
) -> None:
    response = staff.get("/parts/", {"month": month})
    assertContains(response, f'<option value="{shown}" selected>')
    assertContains(response, words)


def test_the_month_picker_leads_to_the_months_beside_and_keeps_the_rest(staff: Client) -> None:
    response = staff.get("/parts/?month=2026-10&coverage=global&page=2")
    assertContains(response, 'rel="prev" href="?month=2026-09&amp;coverage=global"')
    assertContains(response, 'rel="next" href="?month=2026-11&amp;coverage=global"')
    assertContains(response, '<input type="hidden" name="coverage" value="global">')


def test_at_the_ends_there_is_no_month_beside(staff: Client) -> None:
    assertNotContains(staff.get("/parts/?month=2026-11"), "?month=2026-12")
    assertNotContains(staff.get("/parts/?month=2024-12"), "?month=2024-11")
