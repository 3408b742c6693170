"""What every registered report can do, whoever declared it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from billing_portal.common import csvfile
from billing_portal.common.reports.report import REPORTS, Report
from tests.common.reports.reading import column, file
from tests.common.reports.worlds import HOSTILE, WORLDS, World

pytestmark = pytest.mark.django_db
MOST = 15
# In the order of its index alone: of a month with very many devices no other one is there in time.
ONE_ORDER = {"active-devices"}

every_report = pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS.keys())


def _join(path: str, query: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{query}"


def test_every_report_has_a_world_to_be_tested_in() -> None:
    assert set(WORLDS) == set(REPORTS)


def _is_sortable(report: Report) -> bool:
    columns = report.table.base_columns.values()
    orderable = any(column.orderable is not False for column in columns)
    return orderable and bool(report.table._meta.order_by)


@pytest.mark.parametrize("name", WORLDS)
def test_it_says_when_it_is_empty_and_can_be_filtered_and_sorted(name: str) -> None:
    report = REPORTS[name]
    assert all(str(words).strip() for words in (report.title, *report.empty))
    assert report.filters.base_filters
    assert name in ONE_ORDER or _is_sortable(report)


@every_report
def test_its_pages_cost_the_same_queries_whatever_they_show(
    clerk: Client, agg: Account, world: World
) -> None:
    def queries() -> list[int]:
        found = []
        for query in ("", world.query, "per_page=200"):
            with CaptureQueriesContext(connection) as captured:
                assert clerk.get(_join(world.path, query)).status_code == 200
            found.append(len(captured))
        return found

    world.make(agg, 4, "few")
    few = queries()
    world.make(agg, 40, "many")
    assert queries() == few
    assert max(few) <= MOST


@every_report
def test_it_sorts_by_each_column_both_ways(clerk: Client, agg: Account, world: World) -> None:
    world.make(agg, 4, "text")
    report = next(report for name, report in REPORTS.items() if WORLDS.get(name) is world)
    for name, declared in report.table.base_columns.items():
        if declared.orderable is not False:
            for sort in (name, f"-{name}"):
                assert clerk.get(_join(world.path, f"sort={sort}")).status_code == 200


@every_report
def test_its_csv_has_the_rows_of_the_page_under_the_same_filter(
    clerk: Client, agg: Account, world: World
) -> None:
    world.make(agg, 9, "text")
    for query in ("", world.query):
        page = clerk.get(_join(world.path, f"{query}&per_page=200"))
        body = file(clerk.get(_join(world.path, f"{query}&format=csv")))[1:]
        assert len(column(page)) == len(body) > 0
    assert len(body) < 9


@every_report
def test_hostile_text_is_text_on_the_page_and_in_the_file(
    clerk: Client, agg: Account, world: World
) -> None:
    world.make(agg, 3, HOSTILE)
    world.make(agg, 3, f"={HOSTILE}")
    page = clerk.get(world.path).content.decode()
    assert "<b>bold" not in page
    assert "&lt;b&gt;bold" in page
    cells = [cell for line in file(clerk.get(_join(world.path, "format=csv"))) for cell in line]
    assert any(HOSTILE in csvfile.unguard(cell) for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "@", "\t", "\r"))]
