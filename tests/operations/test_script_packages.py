"""Missing Debian packages are installed if this user may, else the exact command is printed."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INSTALLED = "libpango-1.0-0"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Call need_packages on a machine where one package is installed; apt-get only tells."""
    programs = {
        "dpkg-query": f'[ "$4" = {INSTALLED} ] && echo installed',
        "apt-get": 'echo "apt-get $*" >&2',
        "sudo": "exit 1",
    }
    tmp_path.chmod(0o755)
    for name, text in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)

    def call(*packages: str, lines: str = "") -> "subprocess.CompletedProcess[str]":
        code = (
            f"set -euo pipefail; source script/_lib.sh; {lines} need_packages {' '.join(packages)}"
        )
        environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        return subprocess.run(
            ["bash", "-c", code],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def test_what_is_installed_needs_nobody(run: Run) -> None:
    done = run(INSTALLED)
    assert (done.returncode, done.stderr) == (0, "")


def test_without_the_right_the_exact_command_is_printed(run: Run) -> None:
    done = run(INSTALLED, "chromium", "poppler-utils", lines="may_install() { false; };")
    assert done.returncode == 1
    command = "sudo apt-get update && sudo apt-get install --yes --no-install-recommends"
    assert f"{command} chromium poppler-utils\n" in done.stderr
    assert "\napt-get" not in done.stderr


def test_with_the_right_only_what_is_missing_is_installed(run: Run) -> None:
    done = run(INSTALLED, "chromium", lines="may_install() { become=(); };")
    assert done.returncode == 0
    assert "install --yes --no-install-recommends chromium\n" in done.stderr
