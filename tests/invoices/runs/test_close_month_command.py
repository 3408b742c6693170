import io

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from billing_portal.common import clock
from invoices.choices import ItemState
from invoices.management.commands import close_month
from invoices.models import BillingRun, RunItem
from tests.factories import MONTH, NOW
from tests.invoices.bills import shop
from usage.models import Device


@pytest.fixture(autouse=True)
def _alone_at_one_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(close_month, "send", bool)
    monkeypatch.setattr(clock, "now", lambda: NOW)


def close(*arguments: str) -> tuple[str, str]:
    """What the command prints, and what it complains of."""
    output, errors = io.StringIO(), io.StringIO()
    try:
        call_command("close_month", *arguments, stdout=output, stderr=errors)
    except CommandError as error:
        errors.write(str(error))
    return output.getvalue(), errors.getvalue()


def test_it_opens_the_run_and_tells_how_far_it_is() -> None:
    shop.customer("ACME")
    assert close("2026-10") == ("2026-10: 0 of 1 closed, 1 pending\n", "")
    shop.work_off(NOW)
    assert close("2026-10") == ("2026-10: 1 of 1 closed, 1 PDFs to render\n", "")


def test_it_names_every_parked_account_with_its_reason_and_fails() -> None:
    account = shop.customer("ACME")
    shop.use(Device.objects.get(), account, 2**63 - 1)
    close("2026-10")
    shop.work_off(NOW)
    assert RunItem.objects.get().state == ItemState.PARKED
    run = BillingRun.objects.get(month=MONTH)
    output, errors = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="2026-10 is not closed for all accounts"):
        close_month.Command(stdout=output, stderr=errors, no_color=True)._report(run)
    assert output.getvalue() == "2026-10: 0 of 1 closed, 1 parked\n"
    assert errors.getvalue().startswith("ACME japan parked: An amount is too great")
    assert errors.getvalue().endswith("then retry.\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2026-11"], "2026-11 has not ended"),
        (["2026-10", "--account", "NOBODY"], "NOBODY is no billing account"),
        (["2026-09"], "nothing to close"),
        (["10/2026"], "10/2026"),
    ],
)
def test_a_refusal_is_one_sentence(arguments: list[str], words: str) -> None:
    shop.customer("ACME")
    output, errors = close(*arguments)
    assert output == ""
    assert words in errors
    assert "Traceback" not in errors


def test_only_the_named_accounts_are_closed() -> None:
    for key in ("ACME", "BETA", "CITY"):
        shop.customer(key)
    close("2026-10", "--account", "ACME", "--account", "CITY")
    keys = RunItem.objects.order_by("account__key").values_list("account__key", flat=True)
    assert list(keys) == ["ACME", "CITY"]


class TestApproving:
    """`--approve` where staff have to look before it counts."""

    @pytest.fixture(autouse=True)
    def _proposed(self, settings: Settings) -> None:
        settings.APPROVAL = "staff"
        shop.customer("ACME", used=5)
        shop.customer("BETA")
        shop.end_month()

    def approved(self) -> list[str]:
        rows = RunItem.objects.exclude(approved_by="").order_by("account__key")
        assert set(rows.values_list("approved_by", flat=True)) <= {close_month.actor()}
        return list(rows.values_list("account__key", flat=True))

    def test_without_it_what_is_proposed_waits(self) -> None:
        output, errors = close("2026-10")
        assert (self.approved(), output) == ([], "2026-10: 0 of 2 closed, 2 to be approved\n")
        assert errors == "2026-10 is not closed for all accounts."

    def test_it_says_how_much_and_approves_in_the_name_of_the_user(self) -> None:
        output, errors = close("2026-10", "--approve")
        assert output.splitlines() == [
            "Approving 2 bills, ¥688 with tax.",
            "2026-10: 0 of 2 closed, 2 approved",
        ]
        assert (self.approved(), errors) == (["ACME", "BETA"], "")
        shop.work_off()
        assert close("2026-10", "--approve")[0] == "2026-10: 2 of 2 closed, 2 PDFs to render\n"

    def test_it_approves_the_named_accounts_only(self) -> None:
        close("2026-10", "--approve", "--account", "BETA")
        assert self.approved() == ["BETA"]

    def test_four_eyes_are_more_than_one_user(self, settings: Settings) -> None:
        settings.APPROVAL = "four_eyes"
        RunItem.objects.update(prepared_by=close_month.actor())
        assert "somebody else has to approve it" in close("2026-10", "--approve")[1]
        assert self.approved() == []
