"""Rating some billing accounts of one month and coverage, outside any transaction.

The one road from facts to figures: the running month, the close and the proof all take it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from accounts.selectors.tree import tree_in
from billing_portal.common.checkpoints import reached
from billing_portal.common.money import CONTEXT, plain
from billing_portal.common.periods import Month
from invoices.rating import engine, registry
from invoices.rating.bundle import Bundle
from invoices.rating.charges import Charges
from invoices.rating.coupons import COUPON
from invoices.rating.detail import Detail
from invoices.rating.engine import Rated
from invoices.rating.frames import (
    CONTRACTS,
    COUPONS,
    DELTAS,
    Frames,
    Table,
    collect,
    empty,
    of_rows,
)
from invoices.rating.problems import Problem
from invoices.rating.registry import RuleSet, UnknownRule
from invoices.rating.tariff import Tariff
from invoices.rating.totals import NOTHING, AmountTooGreat, Sums
from invoices.selectors.credits import contracts_in, opening_balances
from invoices.selectors.tariff import bands_of, tariff_of
from usage.selectors import frames as usage_frames


@dataclass(frozen=True, slots=True)
class Shard:
    """What is rated together. `until` cuts histories off: the month's end, or now while it runs.

    A preliminary month leaves out its one-off charges (rules.md Q31). `with_late`: a closed month
    as it is known now, without coupons, for the lines that correct it.
    """

    month: Month
    coverage: str
    account_ids: tuple[int, ...]
    until: datetime
    preliminary: bool = False
    with_late: bool = False

    @property
    def days(self) -> tuple[date, ...]:
        """The UTC days that are complete (rules.md Q30)."""
        return tuple(
            day
            for day in self.month.days
            if day < self.until.date() or self.until >= self.month.end
        )


@dataclass(frozen=True, slots=True)
class Whole:
    """A preliminary month with its one-off charges, whose sum before coupons is `one_off`."""

    one_off: Decimal
    net: Decimal
    detail: Detail


@dataclass(frozen=True, slots=True)
class Correction:
    """A closed month that was rated again: its version when that was read, and what it was rated
    from.
    """

    month: Month
    version: int
    bundle: Bundle


@dataclass(frozen=True, slots=True)
class Late:
    """What bills of a shard have beside the facts of their month: delta lines and carried credit.

    All of it by account; some could not be corrected.
    """

    deltas: Table
    corrections: Mapping[int, Sequence[Correction]]
    problems: Mapping[int, Sequence[Problem]]


NOTHING_LATE = Late(empty(DELTAS), {}, {})


class NotRated(Exception):
    """A kept bundle that cannot be rated, with the reasons."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.what for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class RatedAccount:
    """One account as rated: its sums, what goes into its detail file and what it was made from.

    `uses` are codes of coupons, and what is taken from them: by the whole month if one-off charges
    are left out of the sums, because the close will take it and the next month starts from what is
    left over (rules.md Q29, Q31).
    """

    sums: Sums
    detail: Detail
    bundle: Bundle
    uses: Sequence[tuple[str, Decimal]] = ()
    whole: Whole | None = None
    corrections: Sequence[Correction] = ()


@dataclass(frozen=True, slots=True)
class RatedShard:
    """The accounts that could be rated, and the reasons of those that could not."""

    accounts: Mapping[int, RatedAccount]
    problems: Mapping[int, Sequence[Problem]]


def ended_month(*, month: Month, coverage: str, account_ids: Sequence[int]) -> Shard:
    return Shard(month, coverage, tuple(account_ids), month.end)


def running_month(
    *, month: Month, coverage: str, account_ids: Sequence[int], now: datetime
) -> Shard:
    until = min(now, month.end)
    return Shard(month, coverage, tuple(account_ids), until, preliminary=True)


def rate_shard(shard: Shard, late: Late = NOTHING_LATE) -> RatedShard:
    """Load and rate; an account that breaks the arithmetic is found by rating one by one."""
    tariff = tariff_of(coverage=shard.coverage, month=shard.month)
    frames = load_frames(shard, tariff, deltas=late.deltas)
    reached("close.loaded")
    rules = registry.in_force(shard.month)
    try:
        rated = _rate(shard, frames, tariff, rules)
    except AmountTooGreat:
        rated = _rate_one_by_one(shard, frames, tariff, rules)
    reached("close.rated")
    return _with_corrections(rated, late) if late is not NOTHING_LATE else rated


def load_frames(
    shard: Shard,
    tariff: Tariff,
    *,
    deltas: Table = NOTHING_LATE.deltas,
    wanted: usage_frames.Wanted = usage_frames.EVERYTHING,
) -> Frames:
    """The facts of a shard as the database holds them now, but for what came after its close.

    `wanted` are perhaps those of one device, day and meter only.
    """
    own = frozenset(shard.account_ids)
    payers = {
        account_id: payer
        for account_id, payer in tree_in(month=shard.month).payers().items()
        if payer in own
    }
    scope = usage_frames.Scope(
        month=shard.month,
        coverage=shard.coverage,
        payers=payers,
        until=shard.until,
        with_late=shard.with_late,
        wanted=wanted,
    )
    facts = usage_frames.load(scope, bands=bands_of(tariff))
    if shard.with_late:
        return collect(**facts, contracts=_contracts(shard))
    return collect(**facts, contracts=_contracts(shard), coupons=coupons_of(shard), deltas=deltas)


def _contracts(shard: Shard) -> Table:
    """The contracts that bills of the month know. A contract may be ended later, and a closed month
    must not see it: so none is told beyond its month."""
    rows = [
        (term.account_id, term.code, term.units, term.first_day, shard.month.last_day)
        for term in contracts_in(
            month=shard.month,
            coverage=shard.coverage,
            account_ids=shard.account_ids,
            with_late=shard.with_late,
        )
    ]
    return of_rows(rows, CONTRACTS)


def coupons_of(shard: Shard) -> Table:
    """What is left of coupons as the month opens, but for what open months before it take."""
    rows = [
        (
            one.account_id,
            one.code,
            one.item,
            plain(one.balance),
            str(one.purchased),
            str(one.expires),
        )
        for one in opening_balances(
            month=shard.month, coverage=shard.coverage, account_ids=shard.account_ids
        )
    ]
    return of_rows(rows, COUPONS)


def rate_bundle(kept: Bundle, *, preliminary: bool = False) -> RatedAccount:
    """Rate a kept bundle again, by the very rule versions that it names."""
    rated = _rated(kept, preliminary=preliminary)
    return _account(kept, rated, rated.charges)


def rate_again(kept: Bundle) -> RatedAccount:
    """The same; raises NotRated where an account would be parked."""
    try:
        rated = _rated(kept)
    except UnknownRule as error:
        raise NotRated([Problem(str(error), "Update the program, then retry.")]) from error
    except AmountTooGreat as error:
        raise NotRated([_too_great(error)]) from error
    if rated.problems:
        raise NotRated(rated.problems[kept.account_id])
    return _account(kept, rated, rated.charges)


def _rated(kept: Bundle, *, preliminary: bool = False) -> Rated:
    return engine.rate(
        kept.frames,
        tariff=kept.tariff,
        days=kept.days,
        rules=registry.pinned(kept.rules),
        preliminary=preliminary,
    )


def _with_corrections(rated: RatedShard, late: Late) -> RatedShard:
    """Name in each bundle those that its delta lines were made from; park what has a problem."""
    accounts = {
        account_id: _corrected(account, late.corrections.get(account_id, ()))
        for account_id, account in rated.accounts.items()
        if account_id not in late.problems
    }
    return RatedShard(accounts, {**rated.problems, **late.problems})


def _corrected(account: RatedAccount, corrections: Sequence[Correction]) -> RatedAccount:
    if not corrections:
        return account
    digests = {each.month.iso: each.bundle.digest for each in corrections}
    bundle = replace(account.bundle, corrections=digests)
    return replace(account, bundle=bundle, corrections=corrections)


def _rate(shard: Shard, frames: Frames, tariff: Tariff, rules: RuleSet) -> RatedShard:
    rated = engine.rate(
        frames, tariff=tariff, days=shard.days, rules=rules, preliminary=shard.preliminary
    )
    days, versions = shard.days, rules.versions()
    accounts = {
        account_id: _account(
            Bundle(
                account_id,
                frames.of(account_id),
                tariff,
                days,
                versions,
                frames.texts_of(account_id),
            ),
            rated,
            rated.charges.of(account_id),
        )
        for account_id in shard.account_ids
        if account_id not in rated.problems
    }
    return RatedShard(accounts, rated.problems)


def _account(made_from: Bundle, rated: Rated, charges: Charges) -> RatedAccount:
    account_id = made_from.account_id
    sums = rated.sums.get(account_id, NOTHING)
    has_more = rated.whole is not None and account_id in rated.whole.sums
    final = rated.whole if rated.whole and has_more else rated
    return RatedAccount(
        sums=sums,
        detail=Detail(charges, made_from.frames.deltas),
        bundle=made_from,
        uses=final.uses.get(account_id, ()),
        whole=_whole(made_from, final, sums) if has_more else None,
    )


def _whole(made_from: Bundle, rated: Rated, preliminary: Sums) -> Whole:
    """The month with its one-off charges, and by how much they raise what coupons pay."""
    sums = rated.sums[made_from.account_id]
    coupons = {item.code for item in made_from.tariff.items if item.rule == COUPON}
    charged = sums.without(coupons)
    return Whole(
        one_off=CONTEXT.subtract(charged, preliminary.without(coupons)),
        net=sums.net,
        detail=Detail(rated.charges.of(made_from.account_id), made_from.frames.deltas),
    )


def _rate_one_by_one(shard: Shard, frames: Frames, tariff: Tariff, rules: RuleSet) -> RatedShard:
    accounts: dict[int, RatedAccount] = {}
    problems: dict[int, Sequence[Problem]] = {}
    for account_id in shard.account_ids:
        alone = replace(shard, account_ids=(account_id,))
        try:
            rated = _rate(alone, frames.of(account_id), tariff, rules)
        except AmountTooGreat as error:
            problems[account_id] = [_too_great(error)]
        else:
            accounts.update(rated.accounts)
            problems.update(rated.problems)
    return RatedShard(accounts, problems)


def _too_great(error: AmountTooGreat) -> Problem:
    return Problem(
        what=str(error).splitlines()[0],
        remedy="Look for a wrong quantity or price of this account; then retry.",
    )
