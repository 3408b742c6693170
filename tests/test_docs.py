"""What the documents name is there, and what the README tells people to type works."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.urls import Resolver404, resolve

from billing_portal.common import clock
from tests import factories

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
SOURCES = ROOT / "docs" / "sources.md"
DEMANDS = ROOT.parent / "shared" / "demands.md"
DOCUMENTS = sorted([README, *(ROOT / "docs").glob("*.md")])
IDS = [
    f"{letter}{number}"
    for letter, last in (("A", 25), ("B", 42), ("C", 15), ("D", 8), ("E", 17))
    for number in range(1, last + 1)
]
FOLDERS = "billing_portal|accounts|usage|invoices|templates|static|catalog|docs|script|tests"
COLUMNS = ["id", "demand", "where", "test"]

each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)


def rows() -> list[dict[str, str]]:
    """Every row of the tables of demands, by column."""
    lines = [line for line in SOURCES.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [dict(zip(COLUMNS, row, strict=True)) for row in cells if re.match(r"[A-E]\d", row[0])]


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def met(row: dict[str, str]) -> bool:
    return row["test"] != "open"


def command(words: list[str]) -> None:
    """Parse the words of a command as the command itself does."""
    name, *options = words
    app = get_commands()[name]
    found = load_command_class(app, name) if isinstance(app, str) else app
    found.create_parser("manage.py", name, exit_on_error=False).parse_args(options)


def is_place(place: str) -> bool:
    """Whether a page, a command or a path is there."""
    if place.startswith("manage.py "):
        return place.split()[1] in get_commands()
    if not place.startswith("/"):
        return (ROOT / place).exists()
    try:
        return bool(resolve(place))
    except Resolver404:
        return False


def is_test(name: str) -> bool:
    path, _colons, function = name.partition("::")
    file = ROOT / path
    return file.is_file() and (not function or f"def {function}(" in file.read_text("utf-8"))


def block(mark: str) -> Iterator[str]:
    """The indented blocks of the README after a mark such as `<!-- devices -->`."""
    for part in README.read_text(encoding="utf-8").split(f"<!-- {mark} -->\n")[1:]:
        text = re.match(r"((    .*)?\n)+", part)
        assert text, mark
        yield "\n".join(line[4:] for line in text[0].splitlines()).strip() + "\n"


def commands() -> list[str]:
    """What the README types after `manage.py`."""
    text = "\n".join(block("command")) + README.read_text(encoding="utf-8")
    return sorted(set(re.findall(r"python manage\.py (.+?)(?: <<.*)?$", text, re.MULTILINE)))


def test_every_demand_has_one_row_in_its_order() -> None:
    assert [row["id"] for row in rows()] == IDS


@pytest.mark.skipif(not DEMANDS.is_file(), reason="the list of demands is not beside the project")
def test_the_demands_are_those_of_the_list() -> None:
    assert re.findall(r"^\| ([A-E]\d+) \|", DEMANDS.read_text("utf-8"), re.MULTILINE) == IDS


@pytest.mark.parametrize("row", rows(), ids=lambda row: str(row["id"]))
def test_a_row_names_places_and_tests_that_are_there_or_is_open(row: dict[str, str]) -> None:
    places, tests = quoted(row["where"]), quoted(row["test"])
    assert bool(places) == bool(tests) == met(row)
    assert [place for place in places if not is_place(place)] == []
    assert [test for test in tests if not is_test(test)] == []


@each_document
def test_links_lead_to_files(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).is_file()] == []


@each_document
def test_paths_in_backticks_are_there(path: Path) -> None:
    found = [name.split("::")[0] for name in quoted(path.read_text(encoding="utf-8"))]
    names = [name for name in found if re.fullmatch(rf"(?:{FOLDERS})/[\w./*-]*", name)]
    assert [name for name in names if not list(ROOT.glob(name.rstrip("/")))] == []


def test_every_requirement_has_a_row_that_says_what_it_is_for() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    tables = text.partition("## Requirements")[2].partition("\n## ")[0]
    cells = [line.split("|")[1].strip() for line in tables.splitlines() if line[:1] == "|"]
    named = {name for cell in cells for name in cell.split(", ")} - {"runtime", "development"}
    lines = [
        line
        for name in ("requirements.in", "requirements-dev.in")
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    ]
    wanted = {re.split(r"[<>=]", line)[0] for line in lines if not line.startswith(("-", "#"))}
    assert named - {"---"} == wanted - {""}


def test_every_setting_is_described() -> None:
    source = (ROOT / "billing_portal" / "settings.py").read_text(encoding="utf-8")
    settings = set(re.findall(r'"(MEISAI_[A-Z_]+|DATABASE_URL)"', source))
    assert settings - set(quoted((ROOT / "docs" / "operations.md").read_text("utf-8"))) == set()


@pytest.mark.parametrize("line", commands())
def test_a_command_of_the_readme_is_understood(line: str) -> None:
    command(line.split())


@pytest.mark.django_db
def test_the_steps_of_the_readme_lead_to_a_bill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 2, tzinfo=UTC))
    monkeypatch.chdir(tmp_path)
    factories.issuer()
    factories.account(key="ACME")
    call_command("load_catalog", str(ROOT / "catalog"), stdout=StringIO())
    for name in ("devices.csv", "usage.csv"):
        Path(name).write_text(next(block(name)), encoding="utf-8")
    told = StringIO()
    devices, intake, export, *_others = [line.split()[2:] for line in block("command")]
    call_command(*devices, stdout=told)
    call_command(*intake, stdout=told)
    assert "3 accepted, 0 duplicate, 0 conflict, 0 rejected" in told.getvalue()
    call_command(*export)
    amounts = [line.split(",")[-3] for line in Path(export[-1]).read_text("utf-8").splitlines()]
    assert amounts[1:].count("10") == amounts[1:].count("3") == 31
