"""The life of service packages: how long they are valid, and what they do to a quota by themselves.

Amounts are those of rules.md Q49 and Q50; dates those of Q51.
"""

from calendar import monthrange
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from billing_portal.common.periods import Month

MONTHS_VALID = 12
MONTHS_WARNED = 3


class QuotaReason(StrEnum):
    """Why a quota changed, in the words of the billing API."""

    RESERVATION = "reservation"
    RELEASE = "reservation_release"
    RESERVATION_TERMINATION = "reservation_termination"
    CREATION = "package_creation"
    RENEWAL = "package_renewal"
    TERMINATION = "package_termination"
    EDIT = "package_tokens_edit"


class PackageStage(StrEnum):
    """How far the ledger has got with a package. Whether it is valid follows from its dates."""

    WAITING = "waiting"
    RUNNING = "running"
    RENEWED = "renewed"
    TERMINATED = "terminated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A package that is not over: `renews` is the one that it follows without a gap."""

    package: UUID
    starts_at: datetime
    ends_at: datetime
    quota: int
    running: bool
    renews: UUID | None = None
    keeps_rest: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Movement:
    """One change of a quota. `granted` is what a package brings with it when it begins."""

    reason: QuotaReason
    at: datetime
    amount: int
    package: UUID
    campaign: UUID | None = None
    granted: int | None = None


def end_of(start: datetime) -> datetime:
    """When a package that starts here is no longer valid: the same day 12 months later (Q51)."""
    return _shifted(start, MONTHS_VALID)


def warned_from(end: datetime) -> datetime:
    """From when on its end is warned of: three calendar months before (Q51)."""
    return _shifted(end, -MONTHS_WARNED)


def due(
    *, terms: Collection[Term], campaigns: Sequence[UUID], balance: int, until: datetime
) -> Iterator[Movement]:
    """Yield what begins and ends through an instant, in order of time.

    `campaigns` are the open ones, `balance` what is left before the first of these movements.
    """
    followed = {term.renews for term in terms if term.renews is not None}
    waiting = list(campaigns)
    for term in sorted(terms, key=lambda one: one.starts_at):
        if not term.running:
            if term.starts_at > until:
                return
            beginning = _beginning(term, balance)
            balance += beginning.amount
            yield beginning
        if term.package not in followed and term.ends_at <= until:
            yield from _ending(term, waiting, balance)
            waiting, balance = [], 0


def _beginning(term: Term, rest: int) -> Movement:
    renews = term.renews is not None
    lost = rest if renews and not term.keeps_rest else 0
    return Movement(
        reason=QuotaReason.RENEWAL if renews else QuotaReason.CREATION,
        at=term.starts_at,
        amount=term.quota - lost,
        package=term.package,
        granted=term.quota,
    )


def _ending(term: Term, campaigns: Sequence[UUID], rest: int) -> Iterator[Movement]:
    for campaign in campaigns:
        yield Movement(
            reason=QuotaReason.RESERVATION_TERMINATION,
            at=term.ends_at,
            amount=0,
            package=term.package,
            campaign=campaign,
        )
    yield Movement(
        reason=QuotaReason.TERMINATION, at=term.ends_at, amount=-rest, package=term.package
    )


def _shifted(instant: datetime, months: int) -> datetime:
    """The same day and time so many months on, or the last day of a month that is too short."""
    utc = instant.astimezone(UTC)
    month = Month.of(utc).plus(months)
    day = min(utc.day, monthrange(month.year, month.number)[1])
    return utc.replace(year=month.year, month=month.number, day=day)
