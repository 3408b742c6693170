"""A request that is too large is refused by its length; one without a length stops at the limit."""

import io
from typing import Any

import pytest
from django.core.files.uploadhandler import StopUpload
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from billing_portal.common.uploads import Counting, was_cut
from tests.staff.conftest import staff

__all__ = ["staff"]

BOUNDARY = "b"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"


class Untouched(io.RawIOBase):
    """A body that nobody may read."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("It was read.")


class Endless(io.RawIOBase):
    """A body of one file that never ends; it counts what is taken of it."""

    def __init__(self) -> None:
        self._head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="uploads"; filename="a"\r\n\r\n'
        ).encode()
        self.taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece, self._head = self._head or b"x" * max(size, 1), b""
        self.taken += len(piece)
        return piece


def post(client: Client, body: Any, **headers: Any) -> Any:
    environ = {"wsgi.input": body, "CONTENT_TYPE": TYPE, **headers}
    return client.generic("POST", reverse("admin:usage_import_upload"), **environ)


@pytest.mark.parametrize("address", ["login", "admin:usage_import_upload", "job-again"])
@pytest.mark.django_db
def test_five_gigabytes_are_refused_before_anything_is_read(client: Client, address: str) -> None:
    path = reverse(address, args=[1] if address == "job-again" else [])
    environ: Any = {"wsgi.input": Untouched(), "CONTENT_LENGTH": str(5 << 30)}
    response = client.generic("POST", path, content_type=TYPE, **environ)

    assert response.status_code == 413
    assert "One upload may have 512 MiB." in response.content.decode()


def test_without_a_length_it_stops_at_the_limit(staff: Client, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 1 << 20
    body = Endless()
    response = post(staff, body, **{"CONTENT_LENGTH": "", "wsgi.input_terminated": True})

    assert response.status_code == 413
    assert body.taken < 2 << 20


def test_what_is_small_passes(staff: Client) -> None:
    assert staff.post(reverse("admin:usage_import_upload"), {"source": "x"}).status_code == 200


def test_who_is_not_signed_in_has_nothing_to_upload(db: None) -> None:
    body = Endless()
    response = post(Client(), body, CONTENT_LENGTH=str(500 << 20))

    assert response.status_code in {302, 413}
    assert body.taken < 3 << 20


def test_files_are_counted_together(rf: RequestFactory, operator: User, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 10
    request = rf.post("/")
    request.user = operator
    counting = Counting(request)

    assert counting.receive_data_chunk(b"12345", 0) == b"12345"
    assert counting.receive_data_chunk(b"12345", 0) == b"12345"
    with pytest.raises(StopUpload):
        counting.receive_data_chunk(b"1", 0)
    assert was_cut(request)
