"""Habits of real clients at the web server as the product starts it: one server for all tests here.

What Django's test client cannot show: bytes on a connection, connections that are kept open, and
bodies that nobody has read when the answer is there.
"""

import gzip
import http.client
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from billing_portal.management import embedded
from tests import factories, processes
from tests.api.conftest import Headers, pair
from tests.processes import Stage

pytestmark = pytest.mark.broker
JSON = {"Content-Type": "application/json"}
RECORDS = "/v1/usage-records"
Answer = tuple[int, dict[str, str], bytes]


class Line:
    """A connection that is kept open: `ask` fails if the server has closed it in between."""

    def __init__(self, port: int, key: dict[str, str]) -> None:
        self.port, self.key = port, key
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.connect()
        self.connection.auto_open = 0

    def ask(self, method: str, path: str, body: Any = None, headers: Any = ()) -> Answer:
        self.connection.request(method, path, body, dict(headers))
        response = self.connection.getresponse()
        named = {name.lower(): value for name, value in response.getheaders()}
        return response.status, named, response.read()

    def sign_in(self, body: bytes | None = None, **headers: str) -> Headers:
        status, _named, said = self.ask("POST", "/v1/auth", body or self.credentials, headers)
        assert status == 200, said
        return pair(json.loads(said))

    @property
    def credentials(self) -> bytes:
        typed = {"authKeyId": self.key["id"], "authKey": self.key["secret"]}
        return json.dumps(typed).encode()

    @property
    def bearer(self) -> Headers:
        return {"Authorization": f"Bearer {self.key['secret']}"}


@pytest.fixture(scope="module")
def stage(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("server")
    with processes.opened(folder, backend="sqlite", unblock=django_db_blocker.unblock) as opened:
        yield opened


@pytest.fixture(scope="module")
def server(stage: Stage) -> dict[str, Any]:
    """Its port, and a key that may do everything."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    with stage.rows():
        key, secret = factories.api_key(account=factories.account(key="AGG"))
    stage.start_broker()
    stage.overrides |= {"MEISAI_API_EXPORT": "1"}
    stage.launch("web", embedded.web_command(address))
    stage.wait_until(embedded.listens(address))
    port = int(address.rpartition(":")[2])
    return {"port": port, "key": {"id": key.public_id, "secret": secret}}


@pytest.fixture
def line(server: dict[str, Any]) -> Iterator[Line]:
    opened = Line(**server)
    yield opened
    opened.connection.close()


def bytes_of(port: int, lines: list[str]) -> bytes:
    """What comes back for a request that is written out, up to the end of the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
        plain.sendall(
            "\r\n".join([*lines, "Host: localhost", "Connection: close", "", ""]).encode()
        )
        return b"".join(iter(lambda: plain.recv(65536), b""))


def test_signing_in_before_every_command_on_one_connection(line: Line) -> None:
    for path in ("/v1/bills", "/v1/bills?", "/g/v1/bills?unknown=1&unknown=", "/v1/coupons"):
        status, _named, said = line.ask("GET", path, headers=line.sign_in() | JSON)
        assert (status, said[:1]) == (200, b"{")


def test_names_of_headers_in_any_case(line: Line) -> None:
    token = line.sign_in()
    names = [f"{name.swapcase()}:{value}" for name, value in token.items()]
    answer = bytes_of(line.port, ["GET /v1/bills HTTP/1.1", *names])
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_post_of_nothing_of_no_type(line: Line) -> None:
    token = [f"{name}: {value}" for name, value in line.sign_in().items()]
    lines = ["POST /v1/auth/logout HTTP/1.1", *token, "Content-Length: 0"]
    assert bytes_of(line.port, lines).startswith(b"HTTP/1.1 204 ")


@pytest.mark.parametrize("path", ["/v1/bills/", "/v3/service-packages/", "/v1/bills/../bills"])
def test_an_address_with_more_behind_it_leads_nowhere_else(line: Line, path: str) -> None:
    status, named, _said = line.ask("GET", path, headers=line.sign_in() | line.bearer)
    assert (status, "location" in named) == (404, False)


def test_gzip_both_ways(line: Line) -> None:
    token = line.sign_in(gzip.compress(line.credentials), **{"Content-Encoding": "gzip"})
    assert token
    path = "/v3/billing-statistics?interval=1d&period=30d"
    _status, _named, plain = line.ask("GET", path, headers=line.bearer)
    _status, named, packed = line.ask(
        "GET", path, headers=line.bearer | {"Accept-Encoding": "gzip"}
    )
    assert named["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed)).keys() == json.loads(plain).keys()


def test_a_body_in_chunks_whose_length_nobody_says(line: Line) -> None:
    rows = (b'{"event_id": "e%d"}\n' % number for number in range(3))
    status, _named, said = line.ask("POST", RECORDS, rows, line.bearer)
    assert (status, json.loads(said)["counts"]["rejected"]) == (200, 3)


def test_messages_in_the_language_that_is_asked_for(line: Line) -> None:
    _status, _named, said = line.ask("GET", "/v1/bills", headers={"X-Soracom-Lang": "ja"})
    assert not said.isascii()


LARGE = b"x" * (8 << 20)
MISTAKES: list[tuple[str, str, Callable[[Line], Headers], bytes, int]] = [
    ("nobody", RECORDS, lambda _line: {}, LARGE, 401),
    ("no such address", "/v1/nothing", lambda line: line.bearer, LARGE, 404),
    ("no such method", "/v1/bills", lambda line: line.sign_in(), LARGE, 405),
    ("too large", "/v1/coupons", lambda line: line.sign_in(), LARGE, 413),
    ("100 MB of one string", RECORDS, lambda line: line.bearer, b'["' + b"x" * 100_000_000, 400),
    ("no gzip", RECORDS, lambda line: line.bearer | {"Content-Encoding": "gzip"}, LARGE, 400),
]  # fmt: skip


@pytest.mark.parametrize(("path", "who", "body", "expected"), [row[1:] for row in MISTAKES],
                         ids=[row[0] for row in MISTAKES])  # fmt: skip
def test_a_connection_goes_on_after_a_body_that_nobody_read(
    line: Line, path: str, who: Callable[[Line], Headers], body: bytes, expected: int
) -> None:
    status, _named, said = line.ask("POST", path, body, who(line))
    assert (status, said[:1]) == (expected, b"{")
    assert line.sign_in()


def test_a_connection_goes_on_after_too_many_requests(line: Line) -> None:
    token = line.sign_in()
    path = "/v1/bills/202610/export"
    # A new minute may begin once.
    answers = [line.ask("POST", path, LARGE[:100], token) for _time in range(3)]
    told = [named["retry-after"] for status, named, _said in answers if status == 429]
    assert told
    assert line.sign_in()
