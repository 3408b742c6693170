"""A bill below zero does not go out: what it owes is carried forward to the next one (Q32)."""

from dataclasses import replace

from invoices.rating import deltas
from invoices.rating.coupons import COUPON
from invoices.rating.taxes import Statement
from invoices.services.bills.shards import RatedAccount, Whole, rate_bundle


def is_below_zero(account: RatedAccount, stated: Statement) -> bool:
    """Tell whether a bill would owe something, in net, tax or total."""
    return account.sums.net < 0 or stated.gross_minor < 0 or stated.tax_minor < 0


def carried(account: RatedAccount, *, unit: str) -> RatedAccount:
    """The same month with all of it carried forward: every tax comes to 0, and no coupon pays."""
    kept = account.bundle
    coupons = {item.code for item in kept.tariff.items if item.rule == COUPON}
    charged = deltas.by_tax(item for item in account.sums.items if item.code not in coupons)
    credit = deltas.credit(
        deltas.FORWARD,
        {tax: amount.copy_negate() for tax, amount in charged.items()},
        month=kept.tariff.month,
        unit=unit,
    )
    own = kept.frames.deltas.drop("account_id")
    lines = deltas.table(kept.account_id, [own, credit])
    again = rate_bundle(kept.with_deltas(lines), preliminary=account.whole is not None)
    again = replace(again, corrections=account.corrections)
    return again if account.whole is None else _with_whole(again, account, account.whole, unit)


def _with_whole(again: RatedAccount, before: RatedAccount, whole: Whole, unit: str) -> RatedAccount:
    """With its one-off charges (rules.md Q31) the month may well be above zero."""
    if whole.net >= 0:
        return replace(again, whole=whole, uses=before.uses)
    full = carried(rate_bundle(before.bundle), unit=unit)
    whole = replace(whole, net=full.sums.net, detail=full.detail)
    return replace(again, whole=whole, uses=full.uses)
