"""`manage.py quote`: three formats, from a file or standard input, without a database."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command, execute_from_command_line

ROOT = Path(__file__).resolve().parents[3]
GATEWAYS = ROOT / "docs" / "scenarios" / "gateways.json"
TRACKERS = ROOT / "docs" / "scenarios" / "trackers.json"


def run(*words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command where no database can be reached."""
    environment = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nowhere"}
    command = [sys.executable, "manage.py", "quote", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment, input=stdin, capture_output=True, check=False
    )


def out(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    call_command("quote", *words)
    return capsys.readouterr().out


def read(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Let standard input be these bytes."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def refused(tmp_path: Path, text: str) -> CommandError:
    path = tmp_path / "scenario.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        call_command("quote", str(path))
    return caught.value


def test_a_table_has_the_items_the_net_the_tax_and_the_notes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert out(capsys, str(GATEWAYS)).splitlines() == [
        "2026-09, japan, JPY: 15 of 30 days, 3 devices",
        "",
        "Item              Quantity  Unit      Amount",
        "----------------  --------  --------  ------",
        "devicePlan-basic         2  devices      600",
        "exports                  2  bytes        100",
        "requests              1500  requests      25",
        "",
        "Net, exact                    725 JPY",
        "10 % tax (standard) on 725     73 JPY",
        "Total with tax, billed in JP  798 JPY",
        "Note: through: 15 of the 30 days of 2026-09 count.",
        "Note: usage: 1 row is of days that do not count, left out.",
    ]


def test_json_has_lines_items_net_and_tax_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str, Any] = json.loads(out(capsys, str(GATEWAYS), "--format", "json"))
    assert (found["month"], found["currency"], found["net"]) == ("2026-09", "JPY", "725")
    assert found["tax"]["rates"][0]["rate"] == "0.1"
    assert (found["tax"]["tax"], found["tax"]["gross"]) == ("73", "798")
    assert [item["amount"] for item in found["items"]] == ["600", "100", "25"]
    assert found["lines"][1] == {
        "kind": "thing",
        "device": "g3",
        "date": "20260906",
        "name": "requests",
        "code": "requests",
        "category": "application",
        "unit": "requests",
        "unit_price": "0.05",
        "quantity": "500",
        "amount": "25",
        "tax_category": "standard",
        "rule": "sum@1",
        "price": "requests///2000-01-01#2",
    }


def test_no_decimal_of_the_json_is_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    text = out(capsys, str(TRACKERS), "--format", "json")
    assert json.loads(text, parse_float=pytest.fail)["net"] == "4.285390625"


def test_csv_is_a_detail_file(capsys: pytest.CaptureFixture[str]) -> None:
    lines = out(capsys, str(GATEWAYS), "--format", "csv").split("\r\n")
    assert lines[0] == "\ufeffimsi,deviceId,date,billItemName,unitPrice,quantity,amount"
    assert lines[1] == ",g1,20260903,requests,0,700,0"


def test_one_off_charges_are_named_apart(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "scenario.json"
    point = "2026-10-05T00:00:00Z"
    device = {"id": "s", "kind": "sigfox", "statuses": [[point, "ready"]]}
    scenario = {"month": "2026-10", "coverage": "japan", "devices": [device]}
    path.write_text(json.dumps(scenario), encoding="utf-8")
    assert "of it one-off charges         180 JPY" in out(capsys, str(path))


def test_it_runs_without_a_database_and_reads_standard_input() -> None:
    done = run("-", "--format", "csv", stdin=GATEWAYS.read_bytes())
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith("\ufeffimsi,".encode())


HOSTILE = [b"[" * 1_000_000, b'{"month": NaN}', b"\xff", b""]


@pytest.mark.parametrize("data", HOSTILE)
def test_what_is_hostile_gets_a_message_and_exit_code_2(
    data: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read(monkeypatch, data)
    with pytest.raises(SystemExit) as ended:
        execute_from_command_line(["manage.py", "quote", "-"])
    told = capsys.readouterr()
    assert told.err.startswith("CommandError: - cannot be quoted:\n")
    assert (ended.value.code, "Traceback" in told.err, told.out) == (2, False, "")


def test_a_process_that_refuses_ends_so_too() -> None:
    done = run("-", stdin=HOSTILE[0])
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"CommandError: - cannot be quoted:\n")
    assert b"Traceback" not in done.stderr


BEGINNING = '{"month": "2026-10", "coverage": "japan", "usage": [{"day": "2026-10-01", '
TOO_MUCH = '"meter": "lagoon.packs", "quantity": 9223372036854775807}]}'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"month": "2026-10", "coverage": "mars"}', 'coverage: "mars" is not known.'),
        (BEGINNING + '"meter": "tea", "quantity": 1}]}', "counts the meter tea."),
        (BEGINNING + TOO_MUCH, "too great"),
    ],
)
def test_a_refusal_says_what_to_do(tmp_path: Path, text: str, words: str) -> None:
    refusal = refused(tmp_path, text)
    assert words in str(refusal)
    assert refusal.returncode == 2


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match=r"nothing\.json cannot be quoted"):
        call_command("quote", "nothing.json")


def test_a_catalogue_that_is_wrong_is_refused(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text("item\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"prices\.csv:1") as caught:
        call_command("quote", str(GATEWAYS), "--catalog", str(tmp_path))
    assert caught.value.returncode == 2


def test_before_any_rate_is_known_tax_is_not_stated(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "old.json"
    scenario = json.loads(GATEWAYS.read_bytes()) | {"month": "1990-01", "through": "1990-01-31"}
    scenario["prices"] = [row | {"since": "1990-01-01"} for row in scenario["prices"]]
    scenario["usage"] = [{"day": "1990-01-02", "meter": "request", "quantity": 1}]
    path.write_text(json.dumps(scenario), encoding="utf-8")
    shown = out(capsys, str(path))
    assert "Total with tax" not in shown
    assert "is known for 1990-01-31. Tax is not stated." in shown


def test_standard_input_is_read_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read(monkeypatch, TRACKERS.read_bytes())
    assert "4.285390625 USD" in out(capsys, "-")
