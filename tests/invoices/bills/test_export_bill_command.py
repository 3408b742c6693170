from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from billing_portal.common.clock import VARIABLE
from invoices.choices import BillState
from invoices.exports import detail
from invoices.models import Bill
from tests import factories
from tests.invoices.bills import shop
from usage.models import Device


def export(path: Path, account: str = "ACME", month: str = "2026-10") -> list[str]:
    """The lines of the file without the header."""
    call_command("export_bill", account, month, "--coverage", "japan", "--output", str(path))
    return path.read_text(encoding="utf-8-sig").splitlines()[1:]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bill.csv"


def test_a_closed_bill_is_exported_as_it_was_closed(path: Path) -> None:
    account = shop.customer("ACME", used=5)
    shop.end_month()
    shop.use(Device.objects.get(), account, 7, late=True)
    assert len(export(path)) == 32
    assert path.read_bytes() == b"".join(detail.stream(shop.bill_of(account)))


def test_an_open_month_is_evaluated_up_to_now(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.customer("ACME")
    for now, days in (("2026-10-11T12:00:00Z", 10), ("2026-10-21T12:00:00Z", 20)):
        monkeypatch.setenv(VARIABLE, now)
        assert len(export(path)) == days
    assert Bill.objects.get().state == BillState.TEMPORARY


def test_a_proposed_bill_is_not_evaluated_again(path: Path) -> None:
    account = shop.customer("ACME")
    shop.propose(account)
    export(path)
    assert shop.bill_of(account).state == BillState.PROPOSED


@pytest.mark.parametrize(
    ("account", "month", "words"),
    [
        ("NOBODY", "2026-10", "There is no account NOBODY."),
        ("ACME", "2027-01", "2027-01 has not begun."),
        ("ACME", "soon", "soon"),
        ("IDLE", "2026-10", "IDLE has no japan bill of 2026-10: no devices or usage by then."),
        ("ACME", "2026-09", "ACME has no japan bill of 2026-09"),
    ],
)
def test_what_cannot_be_exported_is_refused_in_words(
    path: Path, account: str, month: str, words: str
) -> None:
    shop.customer("ACME")
    factories.account(key="IDLE")
    with pytest.raises(CommandError, match=words):
        export(path, account, month)
    assert not path.exists()


def test_an_account_that_cannot_be_rated_is_told_why(path: Path) -> None:
    account = shop.customer("ACME")
    shop.use(Device.objects.get(), account, 2**63 - 1)
    with pytest.raises(CommandError, match=r"too great .* then retry"):
        export(path)
