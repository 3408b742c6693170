"""The page of payment settings: how each coverage is paid, and what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.views.visit import Visit, visited
from invoices.models import Card
from invoices.selectors.cards import last_day, places
from invoices.selectors.paying import Way, paying
from invoices.selectors.paying_history import entries
from invoices.selectors.settings import today
from invoices.services.settings.merging import why_not
from invoices.views.settings.history import events

EVENTS_ON_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """A coverage as the page shows it: `why_not` says why it cannot adopt the other's invoice."""

    way: Way
    why_not: str
    cards: Sequence[Card]
    today: date

    @property
    def has_card(self) -> bool:
        return any(last_day(card) >= self.today for card in self.cards)


@require_GET
@visited
def page(visit: Visit) -> HttpResponse:
    """How do we pay for Japan and for Global, to whom is the invoice addressed, what can change?"""
    account = visit.account(visit.payers)
    if account is None:
        return visit.page("accounts/no_billing.html", None, status=404)
    held = paying(account=account, month=visit.month)
    cards = {place.coverage: place.cards for place in places(access=visit.access, account=account)}
    history = Paginator(entries(account=account), EVENTS_ON_A_PAGE)
    shown = history.get_page(visit.request.GET.get("page"))
    return visit.page(
        "invoices/settings/page.html",
        account,
        among=visit.payers,
        paying=held,
        ways=[
            Shown(way, why_not(held, coverage), cards[way.coverage], today(now=visit.now))
            for coverage, way in held.ways.items()
        ],
        may_change=account.pk in visit.access.pay,
        shown=shown,
        events=events(list(shown.object_list)),
    )
