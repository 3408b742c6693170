"""What packages do by themselves: they begin, are followed by the next one, or expire.

Each is entered at its own instant, however late somebody comes to write it: a tick does, and every
service before anything else. So the ledger never says that something happened after what it caused.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from usage.choices import CampaignState, PackageStage
from usage.metering.packages import Movement, QuotaReason, due
from usage.models import QuotaLedger, ServicePackage
from usage.selectors.packages import term_of
from usage.services.packages import ledger as ledgers


def settle(*, account_id: int, now: datetime) -> None:
    """Enter what is due in the ledger of a billing account; nothing if nothing is."""
    with transaction.atomic():
        catch_up(ledger=ledgers.locked(account_id=account_id), now=now)


def settle_due(*, now: datetime) -> int:
    """Enter what is due anywhere, one account in a transaction; return how many accounts.

    One that fails holds up no other; then an ExceptionGroup names all that failed.
    """
    waiting = QuotaLedger.objects.filter(due_at__lte=now).order_by("due_at", "account_id")
    accounts = list(waiting.values_list("account_id", flat=True))
    failed = []
    for account_id in accounts:
        try:
            settle(account_id=account_id, now=now)
        except Exception as error:
            error.add_note(f"Account {account_id}")
            failed.append(error)
    if failed:
        raise ExceptionGroup("Packages that could not be settled.", failed)
    return len(accounts)


def catch_up(*, ledger: QuotaLedger, now: datetime) -> datetime:
    """Enter what is due in a locked ledger; return the instant at which the caller may write.

    It is not before the last entry, though the clocks of two machines differ.
    """
    instant = now if ledger.last_at is None else max(now, ledger.last_at)
    if ledger.due_at is not None and ledger.due_at <= instant:
        packages = {one.pk: one for one in _not_over(ledger)}
        campaigns = list(ledger.campaigns.filter(state=CampaignState.OPEN).order_by("started_at"))
        moves = list(
            due(
                terms=[term_of(one) for one in packages.values()],
                campaigns=[one.pk for one in campaigns],
                balance=ledger.balance,
                until=instant,
            )
        )
        runners = {one.pk: one.account_id for one in campaigns}
        _advance(packages, moves, now)
        _terminate(ledger, moves)
        ledgers.append(ledger=ledger, movements=moves, runners=runners, now=now)
        plan(ledger=ledger)
    return instant


def plan(*, ledger: QuotaLedger) -> None:
    """Note in a locked ledger when a package begins or ends next."""
    instants = [
        one.ends_at if one.stage == PackageStage.RUNNING else one.starts_at
        for one in _not_over(ledger)
    ]
    ledger.due_at = min(instants, default=None)
    ledger.save(update_fields=["due_at"])


def _not_over(ledger: QuotaLedger) -> Sequence[ServicePackage]:
    packages = ServicePackage.objects.not_over().filter(account_id=ledger.account_id)
    return list(packages.order_by("starts_at"))


def _advance(
    packages: Mapping[UUID, ServicePackage], moves: Sequence[Movement], now: datetime
) -> None:
    for move in moves:
        package = packages[move.package]
        match move.reason:
            case QuotaReason.CREATION:
                _reach(package, PackageStage.RUNNING, now)
            case QuotaReason.RENEWAL if package.renews_id is not None:
                # Two at once are never running: the constraint would refuse it.
                _reach(packages[package.renews_id], PackageStage.RENEWED, now)
                _reach(package, PackageStage.RUNNING, now)
            case QuotaReason.TERMINATION:
                _reach(package, PackageStage.TERMINATED, now)


def _terminate(ledger: QuotaLedger, moves: Sequence[Movement]) -> None:
    """End the open campaigns with their package: all of them with the first that ends."""
    ended = next((move.at for move in moves if move.campaign is not None), None)
    if ended is not None:
        open_ones = ledger.campaigns.filter(state=CampaignState.OPEN)
        open_ones.update(state=CampaignState.TERMINATED, ended_at=ended)


def _reach(package: ServicePackage, stage: PackageStage, now: datetime) -> None:
    package.stage = stage
    package._history_date = now  # type: ignore[attr-defined]  # read by simple_history
    package.save()
