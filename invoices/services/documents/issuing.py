"""Issuing: documents of closed bills, numbered without a gap and sealed in a chain.

Nothing that takes time is done while the counters are locked. The number of queries does not depend
on the number of bills.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from billing_portal.common.money import Currency
from billing_portal.common.periods import Month
from invoices.choices import BillState, ExchangeDay
from invoices.models import Bill, Invoice
from invoices.rating.exchange import MissingExchangeRate, quote_for
from invoices.rating.problems import Problem
from invoices.selectors.bills import item_totals
from invoices.selectors.receivables import OpenDocument, open_documents
from invoices.selectors.settings import issuer
from invoices.selectors.terms import quotes_for, terms_of
from invoices.services.credits import points
from invoices.services.credits.points import Draw, Purse
from invoices.services.documents.composition import Draft, draft
from invoices.services.documents.groups import Group, groups_of
from invoices.services.documents.numbering import number
from invoices.services.documents.sources import Sources, Totals, sources_for
from invoices.services.payments import receivables


class NotClosed(RuntimeError):
    """A document is made of closed bills only."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The documents that are due once some bills are closed, and what they are made of.

    `problems` are reasons, by account, why its bills must not be closed; none of its documents is
    among the groups then. `totals` are those of all these bills, on a document or not.
    """

    groups: Sequence[Group] = ()
    sources: Sources | None = None
    fresh: frozenset[int] = frozenset()
    problems: Mapping[int, list[Problem]] = field(default_factory=dict)
    totals: Totals = field(default_factory=dict)


def prepare(*, bills: Sequence[Bill], issue_date: date) -> Prepared:
    """Look which documents are due once these bills are closed. Nothing is written.

    To be called with the months of the bills locked. `issue_date` is a day in the issuer's zone.
    Raises NoIssuer.
    """
    if not bills:
        return Prepared()
    terms = terms_of(account_ids={bill.account_id for bill in bills})
    groups = groups_of(closing=bills, terms=terms)
    totals = item_totals([*bills, *(bill for group in groups for bill in group.bills)])
    if not groups:
        return Prepared(totals=totals)
    sources = sources_for(groups=groups, totals=totals, terms=terms, issue_date=issue_date)
    problems = _problems(groups, sources)
    return Prepared(
        groups=[group for group in groups if group.account_id not in problems],
        sources=sources,
        fresh=frozenset(bill.pk for bill in bills),
        problems=problems,
        totals=totals,
    )


def exchange_problems(*, month: Month) -> list[Problem]:
    """Return why taxed bills of a month in USD could not be closed, as far as it is known (Q41)."""
    if issuer().exchange_day == ExchangeDay.ISSUE_DATE:
        return []
    day, currency = month.last_day, Currency.USD
    try:
        quote_for(quotes_for(days=[day], currency=currency), day, currency=currency)
    except MissingExchangeRate as error:
        return [_missing(error)]
    return []


def issue(*, prepared: Prepared, now: datetime) -> list[Invoice]:
    """Issue what was prepared, now that the bills are closed.

    To be called in the same transaction, as its last step. Raises NotClosed, MissingTaxRate,
    BillDiffers or NegativeTotal, all before a counter is touched.
    """
    sources = prepared.sources
    if sources is None or not prepared.groups:
        return []
    _refuse_open(prepared.groups)
    drafts, paid = _completed(prepared, sources)
    issued = number(drafts=drafts, issuer=sources.issuer, issue_date=sources.issue_date, now=now)
    points.spend(uses=dict(zip(issued, paid, strict=True)), now=now)
    receivables.open_for(invoices=issued, now=now)
    return issued


def drafts_of(prepared: Prepared) -> list[Draft]:
    """Return what `issue` would number. It locks credit points, and writes nothing."""
    return _completed(prepared, prepared.sources)[0] if prepared.sources else []


def _completed(prepared: Prepared, sources: Sources) -> tuple[list[Draft], list[tuple[Draw, ...]]]:
    """The drafts, and which credit points pay each of them."""
    drafts = [
        draft(group=group, sources=sources, fresh=prepared.fresh) for group in prepared.groups
    ]
    account_ids = {each.account_id for each in drafts}
    purse = points.lock(account_ids=account_ids, on=sources.issue_date)
    unpaid = _unpaid(account_ids)
    paid = [_paid(each, purse) for each in drafts]
    return [
        settled(each, draws, unpaid.get((each.account_id, each.currency), ()))
        for each, draws in zip(drafts, paid, strict=True)
    ], paid


def _problems(groups: Sequence[Group], sources: Sources) -> dict[int, list[Problem]]:
    problems: dict[int, list[Problem]] = {}
    for group in groups:
        try:
            sources.quote(group)
        except MissingExchangeRate as error:
            problems[group.account_id] = [_missing(error)]
    return problems


def _missing(error: MissingExchangeRate) -> Problem:
    return Problem(str(error), "Enter the rate or load it from a file, then retry.")


def _refuse_open(groups: Sequence[Group]) -> None:
    for bill in (bill for group in groups for bill in group.bills):
        if bill.state != BillState.CLOSED:
            raise NotClosed(f"The bill {bill} is {bill.state}.")


def _unpaid(account_ids: Collection[int]) -> Mapping[tuple[int, str], Sequence[OpenDocument]]:
    """The unpaid documents of accounts by currency, which tells whose balance it is: an account has
    documents in JPY of Japan or of both, and in USD of Global alone.
    """
    found: dict[tuple[int, str], list[OpenDocument]] = defaultdict(list)
    for document in open_documents(account_ids=account_ids):
        found[document.account_id, document.currency].append(document)
    return found


def _paid(draft: Draft, purse: Purse) -> tuple[Draw, ...]:
    return purse.draw(
        account_id=draft.account_id, currency=draft.currency, due_minor=draft.due_minor
    )


def settled(draft: Draft, draws: Iterable[Draw], unpaid: Sequence[OpenDocument] = ()) -> Draft:
    """Add what does not come from bills: points that pay, and what is still open from before."""
    used = sum(draw.points for draw in draws)
    due = draft.due_minor - used
    carried = sum(document.open_minor for document in unpaid)
    values: dict[str, Any] = {
        **draft.values,
        "points": used,
        "amount_due_minor": due,
        "carried_over_minor": carried,
        "carried_over": [
            {
                "label": document.label,
                "due_date": document.due_date.isoformat(),
                "minor": document.open_minor,
            }
            for document in unpaid
        ],
        "payable_minor": due + carried,
    }
    return replace(draft, values=values, due_minor=due)
