"""Wrong settings are named before anything runs, each with what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import checks
from django.test import override_settings

from billing_portal.checks import settings as ours
from billing_portal.management import embedded

WRONG = {
    "MEISAI_HTTPS": "ture",
    "MEISAI_SHARD_SIZE": "many",
    "MEISAI_CLOSE_BUSINESS_DAY": "16",
    "MEISAI_COUPON_LEAST_JAPAN": "0",
    "MEISAI_COUPON_LEAST_GLOBAL": "9.99",
    "MEISAI_RENEWAL_KEEPS_REST": "perhaps",
    "MEISAI_LOG_LEVEL": "loud",
    "MEISAI_APPROVAL": "nobody",
    "DATABASE_URL": "mysql://localhost/meisai",
    "MEISAI_EMAIL_URL": "pigeon://loft",
    "MEISAI_BASE_URL": "billing.example.com",
    "MEISAI_BROKER_URL_FILE": "/nowhere/to/be/found",
}
PRODUCTION = {
    "MEISAI_SECRET_KEY": "jFq2r0-9XcB7Lw1mKpZ_TtV5yHs8NaGd3uEi6oRxQvC4bMfSWkY2",
    "MEISAI_ALLOWED_HOSTS": "billing.example.com",
    "MEISAI_TRUSTED_ORIGINS": "https://billing.example.com",
    "MEISAI_BASE_URL": "https://billing.example.com",
    "MEISAI_MAIL_FROM": "Meisai <billing@example.com>",
    "MEISAI_HTTPS": "true",
    "MEISAI_BEHIND_PROXY": "true",
    "MEISAI_BROKER_URL": "rediss://broker.example.com:6379/0",
    "DATABASE_URL": "postgres://meisai@%2Frun%2Fpostgresql/meisai",
}

TELL = "from billing_portal.settings import *; print(SECRET_KEY, SETTINGS_PROBLEMS)"


def manage(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return run(embedded.manage(*arguments), **environment)


def run(command: list[str], **environment: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        command, env=clean | environment, capture_output=True, text=True, check=False
    )


def ids(messages: list[checks.CheckMessage]) -> list[str | None]:
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


def test_every_value_that_cannot_be_read_is_named() -> None:
    done = manage("check", **WRONG)
    assert done.returncode == 1
    assert done.stderr.count("meisai.E010") == len(WRONG)
    assert all(name in done.stderr for name in WRONG)


def test_the_documented_variables_pass_the_deploy_check() -> None:
    done = manage("check", "--deploy", "--fail-level", "INFO", **PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text(PRODUCTION["MEISAI_SECRET_KEY"] + "\n")
    rest = PRODUCTION | {"MEISAI_SECRET_KEY": "", "MEISAI_SECRET_KEY_FILE": str(secret)}
    show = [sys.executable, "-c", TELL]
    done = run(show, **rest)
    assert (done.stdout, done.stderr) == (PRODUCTION["MEISAI_SECRET_KEY"] + " []\n", "")


def test_production_needs_a_secret_key(tmp_path: Path) -> None:
    rest = PRODUCTION | {"MEISAI_SECRET_KEY": "", "MEISAI_VAR_DIR": str(tmp_path)}
    assert "meisai.E013" in manage("check", "--deploy", **rest).stderr


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("DEMO", True, "meisai.E014"),
        ("BASE_URL", "http://billing.example.com", "meisai.E015"),
        ("BASE_URL", "https://localhost", "meisai.E015"),
        ("DEFAULT_FROM_EMAIL", "Meisai <meisai@localhost>", "meisai.E016"),
    ],
)
def test_what_is_convenient_at_home_is_refused_in_production(
    name: str, value: object, found: str
) -> None:
    good = {"BASE_URL": "https://a.example.com", "DEFAULT_FROM_EMAIL": "a@example.com"}
    with override_settings(**good | {name: value}):
        assert ids(ours.production_is_no_demonstration()) == [found]


def test_a_var_dir_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    with override_settings(VAR_DIR=tmp_path / "var"):
        assert ids(ours.var_dir_can_be_written()) == ["meisai.E011"]


@pytest.mark.parametrize("url", ["filesystem://", "sqla+sqlite:///tasks", "memory://", ""])
def test_a_broker_that_loses_tasks_is_refused(url: str) -> None:
    with override_settings(CELERY_BROKER_URL=url):
        assert ids(ours.broker_keeps_tasks()) == ["meisai.E012"]


def test_the_settings_of_the_tests_are_right() -> None:
    assert [found for found in checks.run_checks() if not found.is_silenced()] == []
