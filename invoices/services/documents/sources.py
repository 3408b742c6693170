"""Everything besides the bills that documents are made of, loaded at once for many."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from billing_portal.common.money import Currency, Rounding
from billing_portal.common.periods import Month
from invoices.choices import ExchangeDay, FeeKind
from invoices.models import Bill, BillItem, BillItemTotal, Issuer
from invoices.rating.exchange import Quote, quote_for
from invoices.rating.taxes import HOME, TaxTable
from invoices.rating.vocabulary import TaxCategory
from invoices.selectors import settings
from invoices.selectors.bills import CREDIT_TITLES
from invoices.selectors.settings import Pair, Recipient
from invoices.selectors.terms import Terms, currency_of, last_invoiced, quotes_for
from invoices.services.documents.groups import Group

Totals = Mapping[int, Sequence[BillItemTotal]]
"""The sums by item of bills, by the ids of these."""


class Title(NamedTuple):
    """The names of an item for people; either may be empty."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Sources:
    """`quotes` are rates of USD; `invoiced` tells up to which month switches were billed."""

    issuer: Issuer
    issue_date: date
    recipients: Mapping[Pair, Recipient]
    totals: Totals
    titles: Mapping[str, Title]
    taxes: TaxTable
    terms: Terms
    quotes: Sequence[Quote]
    invoiced: Mapping[Pair, Month]

    @property
    def rounding(self) -> Rounding:
        return Rounding(self.issuer.rounding)

    def recipient(self, group: Group) -> Recipient:
        """Both coverages of a merged group have the same details."""
        return self.recipients[group.account_id, group.coverages[0]]

    def quote(self, group: Group) -> Quote | None:
        """Return the exchange rate that a document needs: every USD amount that is taxed, or made
        payable in JPY (Q39, Q40). Raises MissingExchangeRate.
        """
        foreign = [bill for bill in group.bills if bill.currency != Currency.JPY]
        is_payable_here = currency_of(group.coverages) is Currency.JPY
        if not foreign or not (is_payable_here or self._is_taxed(group, foreign)):
            return None
        day = self.quote_day(group.month)
        return quote_for(self.quotes, day, currency=Currency.USD)

    def quote_day(self, month: Month) -> date:
        return _quote_day(self.issuer, month, self.issue_date)

    def _is_taxed(self, group: Group, bills: Sequence[Bill]) -> bool:
        return self.recipient(group).country == HOME and any(
            total.tax_category != TaxCategory.OUT_OF_SCOPE
            for bill in bills
            for total in self.totals.get(bill.pk, ())
        )


def sources_for(
    *, groups: Collection[Group], totals: Totals, terms: Terms, issue_date: date
) -> Sources:
    """Load what these documents need; the number of queries does not depend on how many.

    `totals` are those of all bills of the groups.
    """
    issuer = settings.issuer()
    pairs = {(group.account_id, coverage) for group in groups for coverage in group.coverages}
    abroad = {group.month for group in groups for bill in group.bills if bill.currency != "JPY"}
    items = BillItem.objects.values_list("code", "title_ja", "title_en")
    return Sources(
        issuer=issuer,
        issue_date=issue_date,
        recipients=settings.recipients(pairs=pairs),
        totals=totals,
        titles={code: Title(ja, en) for code, ja, en in items}
        | {code: Title(ja, en) for code, (en, ja) in CREDIT_TITLES.items()},
        taxes=settings.tax_table(),
        terms=terms,
        quotes=quotes_for(
            days={_quote_day(issuer, month, issue_date) for month in abroad},
            currency=Currency.USD,
        ),
        invoiced=_invoiced(groups, terms),
    )


def _invoiced(groups: Collection[Group], terms: Terms) -> Mapping[Pair, Month]:
    """Nobody need be asked for where switching costs nothing."""
    switched = {
        group.account_id
        for group in groups
        for _coverage, month in terms.switches(group.account_id, group.coverages)
        if terms.fee(FeeKind.SWITCHING, month)
    }
    return last_invoiced(account_ids=switched) if switched else {}


def _quote_day(issuer: Issuer, month: Month, issue_date: date) -> date:
    of_issue = issuer.exchange_day == ExchangeDay.ISSUE_DATE
    return issue_date if of_issue else month.last_day
