"""A feed taken in by real processes: killed in the middle, and two profiles at the same time."""

import signal
from pathlib import Path
from typing import Any

import pytest

from tests.processes import Running, Stage
from tests.usage.feeds.sending import ROW, csv, profile
from usage.models import Import, Source, UsageRecord

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("stage", ["sqlite", "postgresql"], indirect=True),
    pytest.mark.usefixtures("one_device"),
]
FILES, ROWS = 40, 25
TWO = """[[fact]]
suffix = "more"
meter = "data.upload"
quantity = 1
"""


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(FILES):
        rows = (ROW.replace("e1", f"{number}-{n}") for n in range(ROWS))
        (folder / f"{number:02}.csv").write_text(csv(*rows))
    (tmp_path / "feed.toml").write_text(profile(TWO))
    return folder


def start(stage: Stage, inbox: Path, name: str = "feed.toml", **environment: str) -> Running:
    given = ["--profile", str(inbox.parent / name), str(inbox)]
    return stage.start("import_usage", *given, **environment)


def facts() -> list[tuple[Any, ...]]:
    columns = ("event_id", "at", "meter__code", "quantity")
    return list(UsageRecord.objects.order_by("event_id").values_list(*columns))


@pytest.mark.parametrize("point", ["records.staged", "records.written", "records.merged"])
def test_after_a_kill_the_same_command_goes_on_to_the_same_facts(
    stage: Stage, inbox: Path, point: str
) -> None:
    assert start(stage, inbox, MEISAI_KILL_AT=point).wait() == -signal.SIGKILL
    with stage.rows():
        left = facts()
        assert Import.objects.filter(state="running").count() == FILES
    assert start(stage, inbox).wait() == 0, stage.logs()
    with stage.rows():
        whole = facts()
        assert len(whole) == FILES * ROWS * 2
        assert left in ([], whole)
        states = Import.objects.order_by("id").values_list("state", flat=True)
        assert list(states) == ["stopped"] * FILES + ["done"] * FILES


def test_of_two_profiles_at_the_same_time_one_is_refused(stage: Stage, inbox: Path) -> None:
    (inbox.parent / "other.toml").write_text(profile(TWO, event_id='["id", "type"]'))
    running = [start(stage, inbox, name) for name in ("feed.toml", "other.toml")]
    codes = sorted(one.wait(seconds=60) for one in running)

    assert codes == [0, 2], stage.logs()
    with stage.rows():
        assert UsageRecord.objects.count() == FILES * ROWS * 2
        with_type = UsageRecord.objects.filter(event_id__contains="/DATA").exists()
        assert ('"type"' in Source.objects.get().event_id_rule) == with_type
