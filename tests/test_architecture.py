"""The shape of the house. Import contracts are in pyproject.toml and are checked by script/lint."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from billing_portal.celery import app as celery_app

ROOT = Path(__file__).parents[1]
SOURCES = ("billing_portal", "accounts", "usage", "invoices")
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
LONGEST_TEST = 30
LONGEST_TEMPLATE = 150

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_no_source_file_is_longer_than_400_lines() -> None:
    assert _longer(_python(*SOURCES, "tests"), LONGEST_FILE) == []


def test_no_template_is_longer_than_150_lines() -> None:
    assert _longer((ROOT / "templates").rglob("*.*"), LONGEST_TEMPLATE) == []


def test_no_function_is_longer_than_50_lines() -> None:
    assert [name for name, lines in _functions(*SOURCES) if lines > LONGEST_FUNCTION] == []


def test_no_test_is_longer_than_30_lines() -> None:
    tests = ((name, lines) for name, lines in _functions("tests") if ":test_" in name)
    assert [name for name, lines in tests if lines > LONGEST_TEST] == []


def test_nothing_of_ours_is_imported_within_a_function() -> None:
    assert [name for path in _python(*SOURCES) for name in _late_imports(path)] == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_tick_of_the_calendar_is_a_task() -> None:
    celery_app.loader.import_default_modules()
    ticks = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    assert ticks - set(celery_app.tasks) == set()


def test_every_task_lives_in_a_tasks_module() -> None:
    celery_app.loader.import_default_modules()
    own = [name for name in celery_app.tasks if not name.startswith("celery.")]
    assert [name for name in own if not re.match(r"(accounts|usage|invoices)\.tasks\b", name)] == []


def test_our_models_send_no_signals_to_ourselves() -> None:
    text = {path: path.read_text() for path in _python(*SOURCES)}
    hooks = re.compile(r"\b(pre|post)_(save|delete|init)\b|\bm2m_changed\b")
    assert [str(path) for path, content in text.items() if hooks.search(content)] == []


def test_every_constraint_has_a_name_of_its_own() -> None:
    models = [model for label in SOURCES[1:] for model in apps.get_app_config(label).get_models()]
    names = [constraint.name for model in models for constraint in model._meta.constraints]
    assert sorted(names) == sorted(set(names))


def test_broker_tests_are_where_the_script_looks_for_them() -> None:
    places = {path.parts[1] for path in _tests_that_say("mark.broker") if len(path.parts) > 2}
    assert places == {"broker", "races"}


@pytest.mark.parametrize("path", sorted((ROOT / "script").iterdir()), ids=lambda path: path.name)
def test_every_script_can_be_run(path: Path) -> None:
    is_library = path.name.startswith("_")
    assert os.access(path, os.X_OK) != is_library
    assert path.read_text().startswith("#!") != is_library


def _python(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def _tests_that_say(word: str) -> Iterator[Path]:
    for path in _python("tests"):
        if path.name.startswith("test_") and word in path.read_text():
            yield path.relative_to(ROOT)


def _longer(paths: Iterator[Path], limit: int) -> list[str]:
    files = ((path, path.read_text().count("\n")) for path in paths if path.is_file())
    return [f"{path.relative_to(ROOT)}: {lines}" for path, lines in files if lines > limit]


def _functions(*folders: str) -> Iterator[tuple[str, int]]:
    for path in _python(*folders):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, Function) and node.end_lineno:
                name = f"{path.relative_to(ROOT)}:{node.name}"
                yield name, node.end_lineno - node.lineno + 1


def _late_imports(path: Path) -> Iterator[str]:
    for function in ast.walk(ast.parse(path.read_text())):
        if isinstance(function, Function):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(SOURCES):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}"
