"""From rated accounts to rows: files first, then everything in one short transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing_portal.common.loading import load
from billing_portal.common.money import Rounding
from invoices.choices import BillState
from invoices.models import Bill, BillCorrection, BillDayTotal, BillItemTotal
from invoices.rating.problems import Problem
from invoices.rating.taxes import MissingTaxRate, Net, Statement, state
from invoices.rating.totals import Sums
from invoices.rating.vocabulary import CURRENCY
from invoices.selectors.credits import coupon_ids
from invoices.selectors.settings import issuer, recipients, tax_table
from invoices.services.bills.carrying import carried, is_below_zero
from invoices.services.bills.keeping import correction, keep
from invoices.services.bills.shards import RatedAccount, Shard
from invoices.services.credits import uses

WRITTEN = [
    "state",
    "currency",
    "net",
    "one_off",
    "whole_net",
    "tax_minor",
    "gross_minor",
    "line_count",
    "through",
    "evaluated_at",
    "version",
    "detail_file",
    "detail_start",
    "detail_hash",
    "whole_hash",
    "bundle_file",
    "bundle_hash",
    "tariff_hash",
]


@dataclass(frozen=True, slots=True)
class Draft:
    """A bill as rated and stated, with its files in place, before its row is written."""

    bill: Bill
    sums: Sums
    uses: Sequence[tuple[str, Decimal]] = ()
    corrections: Sequence[BillCorrection] = ()


def draft_all(
    *,
    shard: Shard,
    rated: Mapping[int, RatedAccount],
    versions: Mapping[int, int],
    keep_inputs: bool,
    now: datetime,
) -> tuple[list[Draft], dict[int, list[Problem]]]:
    """Write the files of each account and make its bill; some may lack a tax rate.

    `versions` are the versions of the AccountMonth rows as they were before anything was loaded.
    """
    currency = CURRENCY[shard.coverage]
    stated, problems = _stated(rated, shard.coverage)
    through = shard.days[-1] if shard.days else None
    kept = []
    for account_id, (account, statement) in stated.items():
        bill = _bill(shard, account, statement)
        bill.version = versions[account_id]
        bill.currency = currency.value
        bill.evaluated_at = now
        bill.through = through
        kept.append((bill, account))
    keep(kept, inputs=keep_inputs)
    drafts = [
        Draft(
            bill,
            account.sums,
            account.uses,
            [correction(each, inputs=keep_inputs) for each in account.corrections],
        )
        for bill, account in kept
    ]
    return drafts, problems


def write(drafts: Sequence[Draft], *, state: BillState) -> list[Bill]:
    """Insert or replace the bills of a shard and their parts, in a constant number of queries.

    Runs in the caller's transaction, which holds the locks of their months.
    """
    bills = [draft.bill for draft in drafts]
    for bill in bills:
        bill.state = state
    Bill.objects.bulk_create(
        bills,
        update_conflicts=True,
        unique_fields=["account", "coverage", "month"],
        update_fields=WRITTEN,
    )
    BillItemTotal.objects.filter(bill__in=bills).delete()
    BillDayTotal.objects.filter(bill__in=bills).delete()
    load(_item_totals(drafts))
    load(_day_totals(drafts))
    BillCorrection.objects.filter(bill__in=bills).delete()
    BillCorrection.objects.bulk_create(_corrections(drafts))
    uses.keep_uses(uses=_uses(drafts))
    return bills


def _stated(
    rated: Mapping[int, RatedAccount], coverage: str
) -> tuple[dict[int, tuple[RatedAccount, Statement]], dict[int, list[Problem]]]:
    """What each bill says; one that would be below zero carries its credit forward (Q32)."""
    addressed = recipients(pairs=[(account_id, coverage) for account_id in rated])
    table, rounding, currency = tax_table(), Rounding(issuer().rounding), CURRENCY[coverage]
    found: dict[int, tuple[RatedAccount, Statement]] = {}
    problems: dict[int, list[Problem]] = {}

    def statement(account: RatedAccount) -> Statement:
        nets = [Net(item.tax_category, item.tax_date, item.amount) for item in account.sums.items]
        country = addressed[account.bundle.account_id, coverage].country
        return state(nets, country=country, table=table, currency=currency, rounding=rounding)

    for account_id, account in rated.items():
        try:
            found[account_id] = account, statement(account)
            if account.bundle.frames.deltas.height and is_below_zero(*found[account_id]):
                again = carried(account, unit=currency.value)
                found[account_id] = again, statement(again)
        except MissingTaxRate as error:
            remedy = "Add the rate to the catalogue with manage.py load_catalog, then retry."
            problems[account_id] = [Problem(str(error), remedy)]
    return found, problems


def _bill(shard: Shard, account: RatedAccount, statement: Statement) -> Bill:
    return Bill(
        account_id=account.bundle.account_id,
        coverage=shard.coverage,
        month=shard.month,
        net=account.sums.net,
        one_off=account.whole.one_off if account.whole else 0,
        whole_net=account.whole.net if account.whole else account.sums.net,
        tax_minor=statement.tax_minor,
        gross_minor=statement.gross_minor,
        line_count=account.sums.line_count,
        tariff_hash=account.bundle.tariff.digest,
    )


def _item_totals(drafts: Iterable[Draft]) -> list[BillItemTotal]:
    return [
        BillItemTotal(
            bill_id=draft.bill.pk,
            name=item.name,
            code=item.code,
            category=item.category,
            unit=item.unit,
            quantity=item.quantity,
            tax_category=item.tax_category,
            tax_date=item.tax_date,
            corrects=item.corrects,
            amount=item.amount,
        )
        for draft in drafts
        for item in draft.sums.items
    ]


def _day_totals(drafts: Iterable[Draft]) -> list[BillDayTotal]:
    return [
        BillDayTotal(bill_id=draft.bill.pk, date=day.date, amount=day.amount)
        for draft in drafts
        for day in draft.sums.days
    ]


def _corrections(drafts: Iterable[Draft]) -> Iterator[BillCorrection]:
    for draft in drafts:
        for row in draft.corrections:
            row.bill = draft.bill
            yield row


def _uses(drafts: Sequence[Draft]) -> dict[Bill, list[tuple[int, Decimal]]]:
    ids = coupon_ids(codes={code for draft in drafts for code, _amount in draft.uses})
    return {draft.bill: [(ids[code], amount) for code, amount in draft.uses] for draft in drafts}
