"""A named point kills the process that was told to die there, and no other."""

import os
import signal
import subprocess
import sys

import pytest

PROGRAM = """
from billing_portal.common import checkpoints
checkpoints.reached("before")
print("alive", flush=True)
checkpoints.reached("after")
print("still alive", flush=True)
"""


@pytest.mark.parametrize(
    ("point", "code", "said"),
    [
        (None, 0, ["alive", "still alive"]),
        ("elsewhere", 0, ["alive", "still alive"]),
        ("after", -signal.SIGKILL, ["alive"]),
        ("before", -signal.SIGKILL, []),
    ],
)
def test_the_process_dies_at_its_point(point: str | None, code: int, said: list[str]) -> None:
    env = {**os.environ, **({"MEISAI_KILL_AT": point} if point else {})}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, check=False,
        start_new_session=True,
    )  # fmt: skip
    assert (run.returncode, run.stdout.split("\n")[:-1]) == (code, said)
