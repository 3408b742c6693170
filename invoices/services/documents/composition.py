"""What stands on a document: sections with printed lines, fees, tax per rate, total.

A document is payable in JPY, or in USD where it is of the Global coverage alone. On one in JPY the
printed USD net of a rate is converted and joins the JPY net of the same rate, which then is taxed
and rounded once (docs/rounding.md, R-MERGED); one in USD states its tax in JPY as well (R-JPY-TAX).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from billing_portal.common.money import Currency
from billing_portal.common.periods import Month
from invoices.choices import DocumentKind, DueRule
from invoices.models import Bill, Invoice
from invoices.rating.exchange import Quote
from invoices.rating.taxes import Statement, state_groups
from invoices.selectors.settings import Recipient
from invoices.selectors.terms import currency_of
from invoices.services.documents import sections as parts
from invoices.services.documents.groups import Group
from invoices.services.documents.snapshots import clean
from invoices.services.documents.sources import Sources
from invoices.services.documents.values import Body, values_of


class NegativeTotal(RuntimeError):
    """A document would ask for less than nothing (rule Q32)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A document without number, date of issue and seal; `values` is what its snapshot says.

    `due_minor` is what is to be paid for it, without arrears. `due` is a day or a rule.
    """

    kind: DocumentKind
    account_id: int
    coverage: str
    counterparty: str
    month: Month
    currency: Currency
    statement: Statement
    due_minor: int
    due: DueRule | date
    values: Mapping[str, Any]
    bills: tuple[Bill, ...] = ()
    corrects: Invoice | None = None

    def due_date(self, issued: date) -> date:
        """Return the day on which a document issued on that day is due (Q46)."""
        if isinstance(self.due, date):
            return self.due
        after = self.month if self.due == DueRule.AFTER_MONTH else Month.of(issued)
        return after.next.last_day


def draft(*, group: Group, sources: Sources, fresh: Collection[int] = ()) -> Draft:
    """Compose the document of a payer group, as if nothing were paid of it.

    `fresh` are the ids of bills that are closed only now: they can still be stated anew, so the
    document must say of them what they say. Raises MissingTaxRate, MissingExchangeRate, BillDiffers
    or NegativeTotal.
    """
    recipient = sources.recipient(group)
    is_by_invoice = sources.terms.is_by_invoice(group.account_id, group.coverages, group.month)
    kind = DocumentKind.INVOICE if is_by_invoice else DocumentKind.STATEMENT
    quote = sources.quote(group)
    body = _body(group, recipient, kind, quote, sources)
    _check(group, body, sources, fresh)
    return Draft(
        kind=kind,
        account_id=group.account_id,
        coverage=group.coverage,
        counterparty=clean(recipient.company),
        month=group.month,
        currency=body.currency,
        statement=body.statement,
        due_minor=body.statement.gross_minor,
        due=DueRule(sources.issuer.due_rule),
        values={**values_of(body, group, recipient, quote, sources), "kind": kind.value},
        bills=group.bills,
    )


def _body(
    group: Group, recipient: Recipient, kind: DocumentKind, quote: Quote | None, sources: Sources
) -> Body:
    currency, rounding = currency_of(group.coverages), sources.rounding
    sections = [parts.section(bill, recipient, sources) for bill in group.bills]
    is_home = kind == DocumentKind.INVOICE and currency is Currency.JPY
    fees = list(parts.fees(group, recipient, sources)) if is_home else []
    own, abroad = (
        [
            line
            for each in sections
            if (each.bill.currency == currency) is same
            for line in each.amounts
        ]
        for same in (True, False)
    )
    foreign = None
    converted: list[parts.Conversion] = []
    if abroad and quote is not None:
        foreign = state_groups(abroad, currency=Currency.USD, rounding=rounding)
        converted = list(parts.conversions(foreign, quote, rounding))
    added = [(fee.group, fee.amount) for fee in fees]
    added += [(each.group, each.amount) for each in converted]
    statement = state_groups([*own, *added], currency=currency, rounding=rounding)
    return Body(currency, sections, fees, converted, foreign, statement)


def _check(group: Group, body: Body, sources: Sources, fresh: Collection[int]) -> None:
    is_plain = len(body.sections) == 1 and not body.fees and not body.conversions
    for section in body.sections:
        if section.bill.pk in fresh:
            own = body.statement if is_plain else parts.stated(section, sources)
            parts.check(section.bill, own)
    if body.statement.gross_minor < 0:
        raise NegativeTotal(
            f"{group.bills[0]}: the document would ask for {body.statement.gross_minor}."
        )
