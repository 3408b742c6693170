"""What the page of a month end shows: how far it is, what is parked, what looks odd."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing_portal.common.fields import MonthFormField
from billing_portal.common.parts.shapes import Change
from billing_portal.common.periods import Month
from billing_portal.common.staff import amount, page_of
from invoices.admin.mending import place_of
from invoices.choices import ItemState
from invoices.models import BillingRun
from invoices.selectors.review import Odd, Review, Total, last_closed, review
from invoices.selectors.runs import Progress, progress
from usage.choices import Coverage

SHOWN = 50
ODD_SHOWN = 20


class CloseForm(forms.Form):
    """Which month to close, and for whom. Nothing given means everybody."""

    month = MonthFormField(label=gettext_lazy("Month"))
    accounts = forms.CharField(
        label=gettext_lazy("Accounts"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Keys of billing accounts, parted by blanks or lines. Empty: all accounts."
        ),
    )

    def clean_accounts(self) -> list[str]:
        return sorted(set(str(self.cleaned_data["accounts"]).replace(",", " ").split()))


class LookForm(forms.Form):
    """Which month to look at before it is closed."""

    look = MonthFormField(label=gettext_lazy("Month"))


def in_words(problems: Any, account_key: str) -> SafeString:
    """Say what is wrong with an account, what to do, and where; a line for each."""
    rows = []
    for row in problems:
        if isinstance(row, dict):
            label, address = place_of(row, account_key=account_key)
            rows.append((str(row.get("what", "")), str(row.get("remedy", "")), address, label))
    line = '<div>{} {} <a href="{}">{}</a></div>'
    return format_html_join("", line, rows) or SafeString("-")


def state_of(run: BillingRun, *, now: datetime) -> dict[str, Any]:
    """How far the run is, and what is parked; some nine queries."""
    done = progress(run)
    parked = run.items.filter(state=ItemState.PARKED).select_related("account")
    items = list(parked.order_by("account__key", "coverage")[:SHOWN])
    over = last_closed(run) if done.is_over else None
    return {
        "done": done,
        "under_way": done.pending + done.approved,
        "verdict": _verdict(done),
        "approvers": _approvers(run),
        "proposed": page_of("invoices_billingrun_proposed", run.pk),
        "lasted": _lasted(run, over if isinstance(over, datetime) else now),
        "parked_items": [(item, in_words(item.problems, item.account.key)) for item in items],
        "parked_more": done.parked - len(items),
        "items_of": {
            state.value: page_of(
                "invoices_runitem_changelist", run__id__exact=run.pk, state__exact=state.value
            )
            for state in ItemState
        },
    }


def _approvers(run: BillingRun) -> str:
    """Who approved what is final or about to be; nobody in person where it goes by itself."""
    rows = run.items.exclude(approved_by="").order_by("approved_by")
    return ", ".join(rows.values_list("approved_by", flat=True).distinct())


def _verdict(done: Progress) -> tuple[str, str]:
    """Kind of notice, and one sentence: can this month go out?"""
    if done.parked:
        text = ngettext(
            "%(count)d account is parked and has no final bill. Mend what is named below, then"
            " retry. It holds up nobody else.",
            "%(count)d accounts are parked and have no final bill. Mend what is named below, then"
            " retry. They hold up nobody else.",
            done.parked,
        )
        return "problem", text % {"count": done.parked}
    if not done.is_over:
        return "info", _("This month is being closed. Reload this page to see how far it is.")
    if done.unapproved:
        text = ngettext(
            "%(count)d account waits for approval. Until then its bill is not final and it has no"
            " document and no number.",
            "%(count)d accounts wait for approval. Until then their bills are not final and they"
            " have no documents and no numbers.",
            done.unapproved,
        )
        return "warning", text % {"count": done.unapproved}
    if done.waiting:
        text = _("%(count)d accounts wait, because their month before is still open.")
        return "warning", text % {"count": done.waiting}
    return "success", _("Every bill of this month is final.")


def _lasted(run: BillingRun, until: datetime) -> str:
    """Hours and minutes, or seconds, from opening until the last bill or now."""
    seconds = max(int((until - run.created_at).total_seconds()), 0)
    if seconds < 120:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    return str(timedelta(minutes=seconds // 60))[:-3]


def review_of(month: Month) -> dict[str, Any]:
    """Totals and odd bills of a month, as the templates show them."""
    found = review(month)
    return {
        "review": found,
        "totals": [_total(total, month) for total in found.totals],
        "odd": [
            (kind.label, len(rows), [_odd(row) for row in rows[:ODD_SHOWN]], _more(rows))
            for kind, rows in found.odd.items()
        ],
        "odd_count": _odd_count(found),
    }


def _odd_count(found: Review) -> int:
    return sum(len(rows) for rows in found.odd.values())


def _more(rows: list[Odd]) -> int:
    return max(len(rows) - ODD_SHOWN, 0)


def _total(total: Total, month: Month) -> dict[str, Any]:
    return {
        "currency": total.currency,
        "bills": total.bills,
        "final": total.final,
        "gross": amount(total.gross_minor, total.currency),
        "change": Change.between(total.gross_minor, total.before_minor, month.previous.iso),
    }


def _odd(row: Odd) -> dict[str, Any]:
    bill = page_of("invoices_bill_change", row.bill_id) if row.bill_id else ""
    return {
        "team": row.team_name,
        "key": row.account_key,
        "account": page_of("accounts_account_change", row.account_id),
        "coverage": Coverage(row.coverage).label,
        "currency": row.currency,
        "gross": amount(row.gross_minor, row.currency) if row.bill_id else "–",
        "before": amount(row.before_minor, row.currency) if row.before_minor else "–",
        "bill": bill,
    }
