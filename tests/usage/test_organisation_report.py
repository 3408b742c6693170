"""The organisation report (C1–C15, rules.md Q53, Q54, Q57, Q58): page and file say the same."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Account, User
from tests import factories
from tests.factories import MONTH
from tests.usage.conftest import Sender, World
from tests.usage.sending import RECORD, records_csv
from usage.choices import DeviceKind, ReportType, Status
from usage.models import Device
from usage.services.devices import set_owner

METERS = {
    "session.connection": "active",
    "publish.user": "seen",
    "api.call": "",
    "api.command": "seen",
    "storage.used": "",
    "lwm2m.message": "",
    "trigger.action": "",
    "sms.platform": "",
}
HEAD = [
    "orgKey",
    "parentOrgKey",
    "countBillableThings",
    "countThings",
    "countConnections",
    "countApiCalls",
    "countStorage",
    "countLwm2mMessages",
    "countTriggerActions",
    "countSms",
]


@pytest.fixture(autouse=True)
def _meters(world: World) -> None:
    for code, evidence in METERS.items():
        fold = "last" if code == "storage.used" else "sum"
        factories.meter(code=code, evidence=evidence, fold=fold, is_priced=False)


@pytest.fixture
def clerk(client: Client, aggregator: User) -> Client:
    client.force_login(aggregator)
    return client


def fact(number: int, meter: str, **fields: str) -> dict[str, str]:
    return {"event_id": f"{meter}{number}", "meter": meter, "coverage": "japan", **fields}


def send(sender: Sender, *rows: dict[str, str]) -> None:
    assert sender(records_csv(*rows, columns=(*RECORD, "coverage"))).code == 0


def report(client: Client, **query: str) -> list[list[str]]:
    """The lines of the CSV."""
    answer = client.get("/organisation-report/", {"format": "csv", **query})
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def counts(client: Client, key: str, **query: str) -> dict[str, str]:
    head, *rows = report(client, month=MONTH.iso, **query)[5:]
    return next(dict(zip(head, row, strict=True)) for row in rows if row[0] == key)


def test_the_file_says_what_it_is_about_and_has_the_columns_in_their_order(
    clerk: Client, world: World, agg: Account
) -> None:
    lines = report(clerk)
    assert lines[:6] == [
        ["start", "2026-10-01T00:00:00Z"],
        ["end", "2026-11-01T00:00:00Z"],
        ["orgId", str(agg.pk)],
        ["orgKey", "AGG"],
        ["orgName", agg.organization or agg.team_name],
        HEAD,
    ]
    assert [line[:4] for line in lines[6:]] == [["AGG", "", "0", "0"], ["TEN", "AGG", "0", "1"]]


def test_each_meter_counts_in_its_column(clerk: Client, sender: Sender) -> None:
    bare = {"device": "", "at": "2026-10-02T00:00:00Z"}
    send(
        sender,
        *(fact(1, code, **bare, quantity=str(n)) for n, code in enumerate(METERS, 1)),
        fact(2, "storage.used", **(bare | {"at": "2026-10-09T00:00:00Z"}), quantity="50"),
        fact(3, "storage.used", **(bare | {"at": "2026-11-01T00:00:00Z"}), quantity="70"),
    )
    found = counts(clerk, "TEN")
    assert [found[name] for name in HEAD[2:]] == ["0", "1", "1", "7", "50", "6", "7", "8"]


def test_storage_is_the_last_value_known_by_the_end_of_the_month(
    clerk: Client, sender: Sender
) -> None:
    send(sender, fact(1, "storage.used", device="", at="2026-08-02T00:00:00Z", quantity="9"))
    assert counts(clerk, "TEN")["countStorage"] == "9"


@pytest.mark.parametrize(
    ("meter", "at", "expected"),
    [
        ("session.connection", "2026-10-01T00:00:00Z", "1"),
        ("session.connection", "2026-10-31T23:59:59.999999Z", "1"),
        ("session.connection", "2026-09-30T23:59:59.999999Z", "0"),
        ("session.connection", "2026-11-01T00:00:00Z", "0"),
        ("publish.user", "2026-10-10T00:00:00Z", "1"),
        ("api.command", "2026-10-10T00:00:00Z", "1"),
        ("lwm2m.message", "2026-10-10T00:00:00Z", "0"),
    ],
)
def test_a_thing_is_billable_if_it_was_seen_in_the_month(
    clerk: Client, sender: Sender, meter: str, at: str, expected: str
) -> None:
    send(sender, fact(1, meter, at=at))
    assert counts(clerk, "TEN")["countBillableThings"] == expected


def test_an_edit_makes_nothing_billable(clerk: Client, world: World) -> None:
    Device.objects.filter(pk=world.sim.pk).update(name="Renamed", definition="Pump")
    assert counts(clerk, "TEN")["countBillableThings"] == "0"


def test_things_exist_that_are_owned_and_not_terminated_at_the_end(
    clerk: Client, ten: Account, stray: Account
) -> None:
    for key, status, since in (
        ("gone", Status.TERMINATED, MONTH.end - timedelta(microseconds=1)),
        ("going", Status.TERMINATED, MONTH.end),
        ("there", Status.SUSPENDED, MONTH.start),
    ):
        device = factories.device(account=ten, key=key)
        factories.status(device=device, status=status, since=since)
    factories.device(account=ten, key="new", since=MONTH.end)
    moved = factories.device(account=ten, key="moved")
    set_owner(device=moved, account=stray, since=MONTH.start, now=factories.NOW)
    assert counts(clerk, "TEN")["countThings"] == "3"  # with the SIM of the world


def test_a_thing_that_moved_is_billable_for_each_owner(
    clerk: Client, sender: Sender, world: World, agg: Account
) -> None:
    noon = MONTH.start + timedelta(days=14, hours=12)
    set_owner(device=world.sim, account=agg, since=noon, now=factories.NOW)
    send(
        sender,
        fact(1, "publish.user", at="2026-10-02T00:00:00Z"),
        fact(2, "publish.user", at="2026-10-20T00:00:00Z", account="AGG"),
    )
    assert [counts(clerk, key)["countBillableThings"] for key in ("AGG", "TEN")] == ["1", "1"]


def test_without_sub_organisations_there_is_one_row(clerk: Client) -> None:
    assert [line[0] for line in report(clerk, below="no")[6:]] == ["AGG"]


def test_counts_by_type_follow_the_kind_unless_something_else_is_said(
    clerk: Client, ten: Account
) -> None:
    factories.device(account=ten, kind=DeviceKind.LORA_GATEWAY)
    factories.device(account=ten, kind=DeviceKind.THING, report_type=ReportType.LWM2M)
    found = counts(clerk, "TEN", by="type")
    assert list(found)[:10] == HEAD
    numbers = {name: found[f"countThings:{name}"] for name in ReportType.values}
    assert numbers == {"gateway": "1", "lwm2m": "1", "lora": "0", "generic": "1"}


def test_counts_by_definition(clerk: Client, sender: Sender, ten: Account) -> None:
    factories.device(account=ten, key="pump", kind=DeviceKind.THING, definition="Pump, large")
    send(sender, fact(1, "publish.user", device="pump"))
    found = counts(clerk, "TEN", by="definition")
    assert {name: number for name, number in found.items() if ":" in name} == {
        "countBillableThings:(none)": "0",
        "countThings:(none)": "1",
        "countBillableThings:Pump, large": "1",
        "countThings:Pump, large": "1",
    }


def test_the_tree_is_that_of_the_month(clerk: Client, ten: Account) -> None:
    factories.placement(account=ten, since=MONTH.next.first_day)
    assert [line[0] for line in report(clerk, month=MONTH.iso)[6:]] == ["AGG", "TEN"]
    assert [line[0] for line in report(clerk, month=MONTH.next.iso)[6:]] == ["AGG"]


@pytest.mark.parametrize("month", ["2026-13", "2026-12", "1999-01", "x"])
def test_a_month_that_cannot_be_is_said_and_gives_no_file(clerk: Client, month: str) -> None:
    page = clerk.get("/organisation-report/", {"month": month})
    assert "This page shows" in page.content.decode()
    assert clerk.get("/organisation-report/", {"month": month, "format": "csv"}).status_code == 404


@pytest.mark.parametrize("key", ["STR", "NOBODY", ""])
def test_a_foreign_organisation_is_not_there(clerk: Client, stray: Account, key: str) -> None:
    assert clerk.get("/organisation-report/", {"account": key}).status_code == 404


def test_the_page_says_what_the_file_says(clerk: Client, sender: Sender) -> None:
    send(sender, fact(1, "api.call", quantity="12345", device=""))
    page = clerk.get("/organisation-report/", {"by": "type"}).content.decode()
    assert "12,345" in page
    assert "Things: Gateway" in page
    assert 'href="?account=TEN&amp;month=2026-10"' in page


def test_rows_below_do_not_add_queries(
    clerk: Client, agg: Account, django_assert_max_num_queries: object
) -> None:
    assert callable(django_assert_max_num_queries)
    for _number in range(20):
        factories.account(parent=agg)
    with django_assert_max_num_queries(25):
        clerk.get("/organisation-report/")
