"""Usage by HTTP: any of three forms, a result for each row, once only, and never a 5xx."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client
from pytest_django import Settings

from accounts.choices import Scope
from accounts.models import Account, Job
from accounts.tasks.jobs import make
from tests import factories
from tests.api.conftest import Headers, SignIn
from usage.api import records
from usage.ingest import posted
from usage.models import Import, UsageRecord
from usage.services.devices import set_owner
from usage.services.records import ReferencesMoved

pytestmark = pytest.mark.django_db
PATH = "/v1/usage-records"
SIM = "440100000000001"
Post = Callable[..., Any]


@pytest.fixture(autouse=True)
def _world(agg: Account, ten: Account, stray: Account, settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    factories.device(account=ten, key=SIM)
    factories.device(account=stray, key="other")
    factories.meter(code="data.upload")


@pytest.fixture
def headers(bearer: SignIn, agg: Account) -> Headers:
    return bearer(agg, Scope.SEND_USAGE)


@pytest.fixture
def post(client: Client, headers: Headers) -> Post:
    def send(body: Any, kind: str = "application/json", **more: str) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post(PATH, data, content_type=kind, headers={**headers, **more})

    return send


def row(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "event_id": f"e{number}", "account": "TEN", "device": SIM, "meter": "data.upload",
        "variant": "", "at": "2026-10-05T10:00:00Z", "quantity": 5, **fields,
    }  # fmt: skip


def results(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    said = response.json()
    assert [one["row"] for one in said["rows"]] == list(range(1, len(said["rows"]) + 1))
    return [one["result"] for one in said["rows"]]


def ndjson(*rows: Any) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in rows)


def event(number: int, **data: Any) -> dict[str, Any]:
    body = {name: value for name, value in row(number).items() if name not in {"event_id", "at"}}
    return {
        "specversion": "1.0", "id": str(number), "source": "/meter", "type": "usage",
        "time": "2026-10-05T10:00:00Z", "data": {**body, **data},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (json.dumps([row(1), row(2)]).encode(), "application/json"),
        (json.dumps([row(1), row(2)], indent=2).encode(), ""),
        (ndjson(row(1), row(2)), "application/x-ndjson"),
        (b"\xef\xbb\xbf" + ndjson(row(1), row(2)).rstrip(), "text/plain"),
        (json.dumps([event(1), event(2)]).encode(), "application/cloudevents-batch+json"),
    ],
)
def test_every_form_is_taken_in_packed_and_not(post: Post, body: bytes, kind: str) -> None:
    assert results(post(body, kind)) == ["accepted", "accepted"]
    packed = {"Content-Encoding": "gzip"}
    assert results(post(gzip.compress(body), kind, **packed)) == ["duplicate", "duplicate"]
    assert sum(UsageRecord.objects.values_list("quantity", flat=True)) == 10


def test_each_row_is_told_what_became_of_it(post: Post) -> None:
    post([row(1)])
    response = post(
        [row(1), row(1, quantity=6), row(2), row(3, quantity="x"), row(4, account="STR"),
         row(5, account="STR", device="other"), row(6, device="other"), 7, None, [], "x"],
    )  # fmt: skip
    assert results(response) == ["duplicate", "conflict", "accepted", *["rejected"] * 8]
    said = response.json()
    assert said["counts"]["rejected"] == 8
    assert "account" in said["rows"][4]["reason"]
    assert Import.objects.latest("id").actor.startswith("Script (keyId-")


@pytest.mark.parametrize("said", [{}, {"at": "2020-01-01T00:00:00Z"}, {"coverage": "global"}])
def test_nothing_tells_a_device_of_others_from_one_that_nobody_has(post: Post, said: Any) -> None:
    theirs, nobodys = (row(n, device=key, **said) for n, key in enumerate(("other", "nobody"), 1))
    reasons = [one["reason"] for one in post([theirs, nobodys]).json()["rows"]]
    assert reasons[0].replace("other", "nobody") == reasons[1]


def test_a_device_that_was_given_away_is_no_stranger(
    post: Post, agg: Account, stray: Account
) -> None:
    device = factories.device(account=agg, key="sold")
    since = datetime(2026, 10, 4, tzinfo=UTC)
    set_owner(device=device, account=stray, since=since, now=factories.NOW)
    reason = post([row(device="sold", account="AGG")]).json()["rows"][0]["reason"]
    assert "did not belong to this account" in reason


def test_a_tenant_sends_for_itself_only(client: Client, bearer: SignIn, ten: Account) -> None:
    rows = [row(1), row(2, account="AGG", device="", coverage="japan")]
    response = client.post(PATH, rows, content_type="application/json", headers=bearer(ten))
    assert results(response) == ["accepted", "rejected"]


def test_event_ids_are_an_accounts_own(
    client: Client, bearer: SignIn, agg: Account, ten: Account
) -> None:
    for account, expected in ((agg, ["accepted"]), (agg, ["duplicate"]), (ten, ["accepted"])):
        headers = bearer(account)
        response = client.post(PATH, [row(1)], content_type="application/json", headers=headers)
        assert results(response) == expected


def test_the_same_event_of_two_sources_is_two(post: Post) -> None:
    kind = "application/cloudevents-batch+json"
    other = event(1) | {"source": "/other"}
    assert results(post([event(1), other, {"id": "1"}, 5], kind)) == [
        "accepted", "accepted", "rejected", "rejected"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[", 400), (b"[{}", 400), (b"[{},", 400), (b"[{},]", 400), (b"[{} {}]", 400),
        (b"[{}]x", 400), (b'["' + b"\xff" + b'"]', 400), (b"[" * 5000, 400), (b"[nonsense]", 400),
        (b'["' + b"x" * (1 << 17), 400), (b"x" * (1 << 17), 400), (b"[]", 200), (b"", 200),
        (b" " * (1 << 18) + b"[]", 200), (b"{}", 200), (b"{\n}", 200), (b"\x00", 400),
        (b'[{"event_id": "\\u0000"}, {"event_id": "\\ud800"}]', 200),
    ],
)  # fmt: skip
def test_nonsense_is_the_callers_mistake_and_nothing_is_stored(
    post: Post, body: bytes, status: int
) -> None:
    assert post(body).status_code == status
    assert not UsageRecord.objects.exists()


def test_gzip_that_is_none_or_cut_is_refused(post: Post) -> None:
    packed = gzip.compress(ndjson(row(1)))
    for body in (b"no gzip", packed[:-9]):
        response = post(body, **{"Content-Encoding": "gzip"})
        assert (response.status_code, response.json()["code"]) == (400, "parse_error")
    assert post(packed, **{"Content-Encoding": "br"}).status_code == 400
    assert not UsageRecord.objects.exists()


def test_a_bomb_is_stopped_before_it_is_large(post: Post, settings: Settings) -> None:
    settings.UPLOAD_LIMIT = 1 << 20
    bomb = gzip.compress(b"[" + b" " * (1 << 20) + b"]")
    response = post(bomb, **{"Content-Encoding": "gzip"})
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_too_many_rows_are_refused_as_a_whole(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MOST_ROWS", 2)
    response = post([row(1), row(2), row(3)])
    assert (response.status_code, "more than 2 rows" in response.json()["message"]) == (413, True)
    assert not UsageRecord.objects.exists()


class TestALargePost:
    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Two rows are many; nobody waits for a broker."""
        monkeypatch.setattr(records, "AT_ONCE_ROWS", 1)
        monkeypatch.setattr(records, "send", lambda *_args, **_kwargs: True)

    def test_is_a_job_that_can_be_asked_after(
        self, client: Client, headers: Headers, post: Post
    ) -> None:
        response = post([row(1), row(2, account="STR"), row(3, quantity="x")])
        address = response["Location"]
        assert (response.status_code, response.json()["status"]) == (202, "processing")
        assert client.get(address, headers=headers).json() == response.json()
        make(job_id=Job.objects.get().pk)
        said = client.get(address, headers=headers).json()
        assert (said["status"], said["counts"]["accepted"], said["counts"]["rejected"]) == (
            "done", 1, 2
        )  # fmt: skip
        packed = zipfile.ZipFile(io.BytesIO(b"".join(Client().get(said["url"]))))
        assert packed.read("results/0001.results.csv").count(b"\r\n") == 4

    def test_that_is_sent_twice_is_one_job(self, post: Post) -> None:
        first, again = post([row(1), row(2)]), post([row(1), row(2)])
        assert first["Location"] == again["Location"]

    def test_waits_while_too_many_wait(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(records, "MOST_JOBS", 1)
        assert post([row(1), row(2)]).status_code == 202
        assert post([row(3), row(4)]).status_code == 429

    def test_is_nobody_elses(
        self, client: Client, bearer: SignIn, post: Post, stray: Account
    ) -> None:
        address = post([row(1), row(2)])["Location"]
        assert client.get(address, headers=bearer(stray)).status_code == 404


def test_rows_that_lie_across_pieces_are_whole() -> None:
    rows = [{"event_id": f"é{number}", "n": [number, {"x": "],"}]} for number in range(40)]
    for form in (json.dumps(rows, ensure_ascii=False), json.dumps(rows, indent=1)):
        data = form.encode()
        for size in (1, 2, 7, 1000):
            pieces = (data[at : at + size] for at in range(0, len(data), size))
            found = posted.lines(pieces, kind="", most=100)
            assert [json.loads(line) for line in found] == rows


def test_who_comes_while_much_is_under_way_waits(post: Post, settings: Settings) -> None:
    settings.API_LIMITS = settings.API_LIMITS | {"at_once": 0}
    response = post([row(1)])
    assert (response.status_code, response["Retry-After"]) == (429, "3")
    assert response.json()["code"] == "busy"


@pytest.mark.parametrize("error", [OperationalError, IntegrityError, ReferencesMoved])
def test_who_meets_others_that_write_comes_again(
    post: Post, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(_stamp: Any) -> bool:
        raise error

    monkeypatch.setattr("usage.services.records.has_moved", fail)
    monkeypatch.setattr("usage.services.records.PAUSE", 0)
    response = post([row(1)])
    assert (response.status_code, response["Retry-After"]) == (429, "3")
    assert not UsageRecord.objects.exists()


def test_a_key_without_the_scope_sends_nothing(
    client: Client, bearer: SignIn, agg: Account
) -> None:
    headers = bearer(agg, Scope.READ_USAGE)
    response = client.post(PATH, [row(1)], content_type="application/json", headers=headers)
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
