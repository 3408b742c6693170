"""Long-term contracts begin, end early, or are withdrawn (rules.md Q22)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.services import audit
from billing_portal.common.periods import Month
from invoices.models import BillItem, Contract
from invoices.services.credits import ground
from invoices.services.credits.refusals import BadTerms, MonthClosed
from usage.services import months
from usage.services.months import MonthKey

MOST_UNITS = 10_000_000
TERM = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractWish:
    """What is agreed: so many units of an item, from the first of a month on."""

    account: Account
    coverage: str
    item: BillItem
    units: int
    first_month: Month
    months: int = TERM
    note: str = ""


def begin(*, wish: ContractWish, actor: str, now: datetime, late: bool = False) -> Contract:
    """Let a contract count for whole calendar months from its first one on.

    `late` lets it begin in months that are closed: their bills stay, and what it makes of them
    comes as delta lines (rules.md Q32). Raises a CreditRefused.
    """
    contract = _contract(wish, now)
    account, coverage, first = contract.account, contract.coverage, contract.first_month
    ground.check_reach(first=first, last=contract.last_month, now=now)
    with transaction.atomic():
        # The months that it charges must be there, even if the account has no device.
        key = MonthKey(account.pk, coverage, first)
        rows = months.lock(keys=[key], and_later=True).values()
        ground.check_payer(account=account, month=first, field="first_month")
        closed = ground.closed_through(account=account, coverage=coverage)
        if closed is not None and closed >= first:
            if not late:
                raise MonthClosed(account, closed, "first_month")
            contract.late_through = closed
        contract.save()
        months.bump(months=rows)
        _audit("contract.begin", contract, _terms(contract), actor, now)
    return contract


def end(
    *, contract: Contract, last_month: Month, reason: str, actor: str, now: datetime
) -> Contract:
    """Say which month is the last one; a later one, within the term, takes an early end back.

    Raises a CreditRefused, MonthClosed if a closed month would have been charged otherwise.
    """
    why = ground.words(reason, field="reason", required=True)
    with transaction.atomic():
        held, rows = _hold(contract)
        if not held.first_month <= last_month <= term_of(held):
            text = _("Choose a month from %(first)s to %(last)s.")
            said = {"first": held.first_month, "last": term_of(held)}
            raise BadTerms(text % said, "last_month")
        _refuse_closed(held, min(held.last_month, last_month).next)
        held.last_month = last_month
        held.save()
        ground.tell(rows)
        _audit("contract.end", held, {"last_month": last_month.iso, "reason": why}, actor, now)
    return held


def withdraw(*, contract: Contract, reason: str, actor: str, now: datetime) -> Contract:
    """Let a contract that was entered by mistake count in no month. Raises a CreditRefused."""
    why = ground.words(reason, field="reason", required=True)
    with transaction.atomic():
        held, rows = _hold(contract)
        _refuse_closed(held, held.first_month)
        held.withdrawn = True
        held.save()
        ground.tell(rows)
        _audit("contract.withdraw", held, {"reason": why}, actor, now)
    return held


def annotate(*, contract: Contract, note: str, actor: str, now: datetime) -> Contract:
    """Change the note."""
    with transaction.atomic():
        held = Contract.objects.select_for_update().get(pk=contract.pk)
        held.note = ground.words(note, field="note")
        held.save()
        _audit("contract.note", held, {"note": held.note}, actor, now)
    return held


def term_of(contract: Contract) -> Month:
    """The last month as it was agreed."""
    return contract.first_month.plus(contract.months - 1)


def _contract(wish: ContractWish, now: datetime) -> Contract:
    ground.check_item(item=wish.item, rule=ground.CONTRACT, coverage=wish.coverage)
    _within(wish.units, MOST_UNITS, "units")
    _within(wish.months, ground.FURTHEST, "months")
    return Contract(
        account=wish.account,
        coverage=wish.coverage,
        item=wish.item,
        units=wish.units,
        first_month=wish.first_month,
        months=wish.months,
        last_month=ground.later(wish.first_month, wish.months - 1, "first_month"),
        note=ground.words(wish.note, field="note"),
        recorded_at=now,
    )


def _within(number: int, most: int, field: str) -> None:
    if not 1 <= number <= most:
        text = _("Write a whole number from 1 to %(most)s.")
        raise BadTerms(text % {"most": f"{most:,}"}, field)


def _hold(contract: Contract) -> tuple[Contract, list[Any]]:
    rows = ground.hold(
        account=contract.account, coverage=contract.coverage, month=contract.first_month
    )
    held = Contract.objects.select_for_update().get(pk=contract.pk)
    if held.withdrawn:
        raise BadTerms(_("This contract was withdrawn and counts in no month."))
    return held, rows


def _refuse_closed(contract: Contract, month: Month) -> None:
    """From this month on bills would change; what they charge now may be closed already."""
    closed = ground.closed_through(account=contract.account, coverage=contract.coverage)
    if closed is None or closed < month:
        return
    text = _(
        "Months of %(account)s up to %(month)s are closed, and their bills stay as they are."
        " Let it end with %(month)s or later."
    )
    said = {"account": contract.account.key, "month": closed}
    raise BadTerms(text % said, "last_month")


def _terms(contract: Contract) -> dict[str, Any]:
    return {
        "coverage": contract.coverage,
        "item": contract.item.code,
        "units": contract.units,
        "first_month": contract.first_month.iso,
        "last_month": contract.last_month.iso,
        "late_through": contract.late_through.iso if contract.late_through else "",
        "note": contract.note,
    }


def _audit(
    action: str, contract: Contract, detail: dict[str, Any], actor: str, now: datetime
) -> None:
    audit.record(
        actor=actor,
        action=action,
        now=now,
        account_key=contract.account.key,
        subject=f"{contract.item.code} {contract.first_month}",
        detail=detail,
    )
