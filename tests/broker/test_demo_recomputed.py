"""The demonstration's month, added up outside the product: its CSV gives the total of its PDF."""

import csv
import math
from fractions import Fraction
from pathlib import Path

import pytest
from pypdf import PdfReader

from billing_portal.common import clock
from tests.processes import Stage

pytestmark = pytest.mark.broker

# Japanese customers with one bill a month, who pay ten per cent of consumption tax.
TAXED = ["REIJI", "SAMPLEFARM", "HINAGATA"]


def words(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def total_of(path: Path) -> str:
    """Unrounded sum, then tax, then rounded up to whole yen, as anybody would reckon it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        net = sum((Fraction(row["amount"]) for row in csv.DictReader(file)), Fraction(0))
    return f"{math.ceil(net * Fraction(11, 10)):,}"


def test_the_csv_gives_the_total_that_the_pdf_prints(stage: Stage) -> None:
    embedded = {"MEISAI_BROKER_URL": ""}
    stage.overrides |= clock.timeline("2026-11-12T03:00:00Z") | embedded
    printed = stage.manage("up", "--demo", "--once", seconds=110).stdout.splitlines()
    files = [tuple(line.split("  ", 1)) for line in printed if line.startswith(("PDF", "CSV"))]
    papers = [words(Path(path)) for kind, path in files if kind == "PDF"]
    tables = [Path(path) for kind, path in files if kind == "CSV"]
    recomputed = [path for path in tables if path.name.partition("-")[0] in TAXED]
    assert len(papers) == len(tables)
    assert len(recomputed) == 2 * len(TAXED)
    for path in recomputed:
        assert any(f"¥{total_of(path)}" in text for text in papers), path.name
