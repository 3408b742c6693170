"""The candidates of a month end as the page shows them."""

from collections.abc import Iterable
from typing import Any

from billing_portal.common.parts.shapes import Change
from billing_portal.common.periods import Month
from billing_portal.common.staff import amount, page_of
from invoices.models import BillingRun
from invoices.selectors.approvals import Candidate, Candidates
from usage.choices import Coverage


def sums_of(found: Candidates, month: Month) -> list[dict[str, Any]]:
    """Total with tax and count of each currency, against the same accounts last month."""
    return [
        {
            "currency": one.currency,
            "bills": one.bills,
            "gross": amount(one.gross_minor, one.currency),
            "change": Change.between(one.gross_minor, one.before_minor, month.previous.iso),
        }
        for one in found.sums
    ]


def rows_of(rows: Iterable[Candidate], run: BillingRun) -> list[dict[str, Any]]:
    return [
        {
            "candidate": row,
            "value": f"{row.item_id}:{row.digest}",
            "account": page_of("accounts_account_change", row.account_id),
            "coverage": Coverage(row.coverage).label,
            "gross": amount(row.gross_minor, row.currency),
            "before": "–" if row.before_minor is None else amount(row.before_minor, row.currency),
            "difference": _signed(row),
            "draft": page_of("invoices_billingrun_draft", run.pk, row.bill_id),
        }
        for row in rows
    ]


def _signed(row: Candidate) -> str:
    text = amount(abs(row.difference), row.currency)
    return f"+{text}" if row.difference > 0 else f"−{text}" if row.difference else "0"
