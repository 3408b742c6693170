"""Feed profiles in the admin: what is wrong is named, and a sample shows what it would be."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.usage.conftest import World, world
from tests.usage.feeds.sending import ROW, csv, profile
from usage.models import FeedProfile, Source, UsageRecord

__all__ = ["world"]

ADD = "admin:usage_feedprofile_add"


def send(staff: Client, text: str, content: bytes = b"", **more: str) -> Any:
    form: dict[str, object] = {"name": "sessions", "text": text, **more}
    if content:
        form["sample"] = SimpleUploadedFile("sample.csv", content)
    return staff.post(reverse(ADD), form)


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_profile_that_makes_sense_is_kept_with_its_history(staff: Client) -> None:
    assert send(staff, profile()).status_code == 302
    row = FeedProfile.objects.get()
    assert row.history.count() == 1
    page = reverse("admin:usage_feedprofile_change", args=[row.pk])
    staff.post(page, {"name": "sessions", "text": profile(source='"other"')})

    assert row.history.count() == 2


def test_what_is_wrong_is_named_with_key_and_line(staff: Client) -> None:
    said = words(send(staff, profile(fact='metre = "m"\nquantity = 1')))

    assert "Line 8, fact[1].metre: There is no such key." in said
    assert "Did you mean meter?" in said
    assert not FeedProfile.objects.exists()


def test_a_sample_shows_what_its_rows_would_be(staff: Client, world: World) -> None:
    content = csv(ROW, "e2,unknown,2026-10-31T23:59:59Z,7,DATA").encode()
    said = words(send(staff, profile(), content, _preview="1"))

    assert "2 e1 440100000000001 TEN 2026-10-31T23:59:59Z data.upload – 7" in said
    assert "3 Rejected There is no device with the id unknown." in said
    assert "Please correct" not in said
    stored = (FeedProfile.objects, Source.objects, UsageRecord.objects)
    assert not any(rows.exists() for rows in stored)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "The file has: a, b."),
        (b"", "Choose a file of the feed."),
        (b"id,device,at,bytes,type\n\xff", "Line 2 is not UTF-8."),
    ],
)
def test_a_sample_that_would_be_refused_says_why(
    staff: Client, world: World, content: bytes, said: str
) -> None:
    assert said in words(send(staff, profile(), content, _preview="1"))
    assert not FeedProfile.objects.exists()


def test_hostile_text_is_shown_as_text(staff: Client, world: World) -> None:
    row = '"<script>alert(1)</script>",x,2026-10-31T23:59:59Z,7,DATA'
    page = send(staff, profile(device='id = "{id}"'), csv(row).encode(), _preview="1")

    assert "<script>alert" not in page.content.decode()
    assert "&lt;script&gt;alert(1)" in page.content.decode()
