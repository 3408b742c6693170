"""`manage.py campaign`: what an operator's update service calls."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Account, AuditEntry
from billing_portal.common.clock import VARIABLE
from tests.usage.packages import shelf
from tests.usage.packages.shelf import DAY, START

pytestmark = pytest.mark.django_db
ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def _package(agg: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.create(agg, 1000)
    monkeypatch.setenv(VARIABLE, (START + DAY).isoformat())


def run(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("campaign", *arguments, stdout=out)
    said: dict[str, Any] = json.loads(out.getvalue())
    return said


def test_it_starts_shows_and_finishes(agg: Account, ten: Account) -> None:
    begun = run("start", ten.key, "roll-out", "50", "--id", ID)
    assert (begun["id"], begun["account"], begun["state"]) == (ID, "TEN", "open")
    assert run("show", ID) == begun
    done = run("finish", ID, "--updated", "20")
    assert (done["state"], done["reserved"], done["updated"]) == ("released", 50, 20)
    assert [left for _, _, left in shelf.ledger(agg)] == [1000, 950, 980]


def test_an_id_is_made_unless_it_is_given() -> None:
    assert len(run("start", "AGG", "roll-out", "50")["id"]) == 32


def test_it_is_in_the_audit_trail() -> None:
    run("start", "AGG", "roll-out", "50", "--id", ID)
    entry = AuditEntry.objects.get(action="campaign.start")
    assert (entry.actor, entry.account_key, entry.subject) == ("campaign", "AGG", "roll-out")


WRONG = {
    "beyond the quota": (("start", "AGG", "x", "1001"), 1, "1,000 are left"),
    "no device": (("start", "AGG", "x", "0"), 1, "whole number"),
    "an unknown account": (("start", "NOBODY", "x", "1"), 2, "no account NOBODY"),
    "an unknown campaign": (("finish", ID), 2, f"no campaign {ID}"),
}


@pytest.mark.parametrize(("arguments", "code", "says"), WRONG.values(), ids=WRONG)
def test_what_is_refused_has_a_reason_and_a_code(
    arguments: tuple[str, ...], code: int, says: str
) -> None:
    with pytest.raises(CommandError, match=says) as refused:
        run(*arguments)
    assert refused.value.returncode == code


@pytest.mark.parametrize("arguments", [("finish", "12"), ("start", "AGG", "x", "many"), ()])
def test_what_is_not_understood_is_named(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)
