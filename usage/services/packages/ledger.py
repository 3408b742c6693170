"""Writing into the ledger of a quota: under lock, in order of time, never below zero.

Lock order of the house: accounts, AccountMonth, ledgers, counters. A ledger is one row; whoever
writes takes it first and takes no other ledger, so no deadlock is possible here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from billing_portal.common.checkpoints import reached
from usage.metering.packages import Movement
from usage.models import QuotaEntry, QuotaLedger
from usage.services.packages.refusals import NotEnoughTokens


def locked(*, account_id: int) -> QuotaLedger:
    """Lock the ledger of a billing account until the caller's transaction ends; make a first one.

    A row that another transaction inserts at the same instant is waited for.
    """
    QuotaLedger.objects.get_or_create(account_id=account_id)
    return QuotaLedger.objects.select_for_update().get(account_id=account_id)


def append(
    *,
    ledger: QuotaLedger,
    movements: Sequence[Movement],
    runners: Mapping[UUID, int],
    now: datetime,
    actor: str = "",
    note: str = "",
) -> list[QuotaEntry]:
    """Write movements behind what the locked ledger holds, in their order, in two queries.

    `runners` says whose campaigns they name. Raises NotEnoughTokens before anything is written.
    """
    entries = []
    for move in movements:
        left = ledger.balance + move.amount
        if left < 0:
            raise NotEnoughTokens(-move.amount, ledger.balance)
        ledger.number, ledger.balance, ledger.last_at = ledger.number + 1, left, move.at
        entries.append(
            QuotaEntry(
                ledger=ledger,
                number=ledger.number,
                at=move.at,
                reason=move.reason.value,
                amount=move.amount,
                left=left,
                granted=move.granted,
                package_id=move.package,
                campaign_id=move.campaign,
                account_id=runners[move.campaign] if move.campaign else ledger.account_id,
                recorded_at=now,
                actor=actor,
                note=note,
            )
        )
    ledger.save()
    written = QuotaEntry.objects.bulk_create(entries, batch_size=2_000)
    reached("quota.written")
    return written
