"""Which closed bills stand on which document, and which of them wait (rules Q42 and Q43).

A payer group is one coverage of an account, or both where they are merged in a month. Its document
takes all of its bills that are on none yet, as soon as no month of the group is open any more and
the minimum charge of one of its coverages is reached, or the account has ended.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import Bill, MergePoint
from invoices.selectors.bills import in_order, sum_of
from invoices.selectors.settings import Pair
from invoices.selectors.terms import Terms
from usage.choices import MonthState
from usage.models import AccountMonth


@dataclass(frozen=True, slots=True)
class Group:
    """The bills of one document, by month and coverage; `month` is the one that is billed."""

    account_id: int
    coverages: tuple[str, ...]
    month: Month
    bills: tuple[Bill, ...]

    @property
    def coverage(self) -> str:
        """The coverage of the document; empty where both are on it."""
        return self.coverages[0] if len(self.coverages) == 1 else ""


def hold(*, account_ids: Collection[int]) -> None:
    """Let both coverages of merged accounts close one after the other, before any month is locked.

    At the same time, neither would see that the other is closed, and no document would come.
    """
    merges = MergePoint.objects.filter(account__in=account_ids, merged=True)
    if ids := sorted(set(merges.values_list("account_id", flat=True))):
        accounts = Account.objects.filter(pk__in=ids).order_by("pk")
        list(accounts.select_for_update(no_key=True).values_list("pk"))


def groups_of(*, closing: Sequence[Bill], terms: Terms) -> list[Group]:
    """Return the documents that are due once these bills are closed, in the order of the bills.

    Nothing but rows decides, so it does not matter which bill of a group closes last.
    """
    waiting = _waiting(closing)
    first_open = _first_open(closing, waiting)
    months = defaultdict(set)
    for bill in closing:
        months[bill.account_id].add(bill.month)
    return [
        group
        for account_id in dict.fromkeys(bill.account_id for bill in closing)
        for group in _of_account(
            account_id, waiting[account_id], months[account_id], first_open, terms
        )
    ]


def _waiting(closing: Sequence[Bill]) -> Mapping[int, list[Bill]]:
    """The bills that are on no document, those that are being closed among them."""
    ids = {bill.account_id for bill in closing}
    closed = Bill.objects.filter(
        account__in=ids, state=BillState.CLOSED, line_count__gt=0, invoice_bill__isnull=True
    ).select_related("account")
    by_key = {bill.pk: bill for bill in (*closed, *closing) if bill.line_count}
    found: dict[int, list[Bill]] = defaultdict(list)
    for bill in by_key.values():
        found[bill.account_id].append(bill)
    return found


def _first_open(
    closing: Sequence[Bill], waiting: Mapping[int, Iterable[Bill]]
) -> dict[Pair, Month]:
    """The first month of each coverage that is open and stays so."""
    if not closing:
        return {}
    bills = [*closing, *chain.from_iterable(waiting.values())]
    rows = AccountMonth.objects.filter(
        account__in={bill.account_id for bill in closing},
        state=MonthState.OPEN,
        month__lte=max(bill.month for bill in bills),
    )
    done = {(bill.account_id, bill.coverage, bill.month) for bill in closing}
    found: dict[Pair, Month] = {}
    for account_id, coverage, month in rows.values_list("account_id", "coverage", "month"):
        if (account_id, coverage, month) not in done:
            pair = account_id, coverage
            found[pair] = min(found.get(pair, month), month)
    return found


def _of_account(
    account_id: int,
    waiting: Iterable[Bill],
    closing: Collection[Month],
    first_open: Mapping[Pair, Month],
    terms: Terms,
) -> Iterator[Group]:
    left = in_order(waiting)
    for month in sorted({bill.month for bill in left} | set(closing)):
        for coverages in terms.payers(account_id, month):
            bills = tuple(b for b in left if b.coverage in coverages and b.month <= month)
            group = Group(account_id, coverages, month, bills)
            is_open = any(
                first_open.get((account_id, coverage), month.next) <= month
                for coverage in coverages
            )
            if bills and (is_open or _is_due(group, terms)):
                # What waits for an open month goes on no later document instead.
                left = [bill for bill in left if bill not in bills]
                if not is_open:
                    yield group


def _is_due(group: Group, terms: Terms) -> bool:
    if terms.has_ended(group.account_id, group.month):
        return True
    return any(
        _reaches(terms.minimum(coverage, group.month), group, coverage)
        for coverage in {bill.coverage for bill in group.bills}
    )


def _reaches(minimum: Decimal, group: Group, coverage: str) -> bool:
    nets = (bill.net for bill in group.bills if bill.coverage == coverage)
    return not minimum or sum_of(nets) >= minimum
