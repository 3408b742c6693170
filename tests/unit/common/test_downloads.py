"""A link to a file works for its time and cannot be made up."""

import pytest
import time_machine
from django.core import signing

from billing_portal.common import downloads


def test_a_link_tells_what_was_signed() -> None:
    token = downloads.sign(kind="detail", key="12/ä:b", seconds=60)
    assert downloads.read(token) == ("detail", "12/ä:b")


def test_a_link_fits_into_an_address() -> None:
    token = downloads.sign(kind="detail", key="a b/c?d&e", seconds=60)
    assert all(letter.isalnum() or letter in "-_:." for letter in token)


@pytest.mark.parametrize(("age", "works"), [(59, True), (61, False)])
def test_a_link_expires_after_its_seconds(age: int, works: bool) -> None:
    with time_machine.travel(0, tick=False) as machine:
        token = downloads.sign(kind="detail", key="1", seconds=60)
        machine.shift(age)
        if works:
            assert downloads.read(token) == ("detail", "1")
        else:
            with pytest.raises(downloads.Expired):
                downloads.read(token)


@pytest.mark.parametrize("change", ["", "x", "a:b:c", "é"])
def test_a_made_up_link_is_refused(change: str) -> None:
    with pytest.raises(downloads.Tampered):
        downloads.read(change)


def test_a_changed_link_is_refused() -> None:
    token = downloads.sign(kind="detail", key="1", seconds=60)
    other = downloads.sign(kind="detail", key="2", seconds=60)
    with pytest.raises(downloads.Tampered):
        downloads.read(":".join([other.split(":")[0], *token.split(":")[1:]]))


def test_a_signature_made_for_another_purpose_is_refused() -> None:
    with pytest.raises(downloads.Tampered):
        downloads.read(signing.TimestampSigner(salt="other").sign_object(["detail", "1", 60]))
