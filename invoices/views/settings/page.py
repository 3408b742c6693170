"""The page of payment settings: how each coverage is paid, and what can be done."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.views.visit import Visit, visited
from invoices.selectors.cards import has_card
from invoices.selectors.paying import paying
from invoices.selectors.paying_history import entries
from invoices.services.settings.merging import why_not
from invoices.views.settings.history import events

EVENTS_ON_A_PAGE = 20


@require_GET
@visited
def page(visit: Visit) -> HttpResponse:
    """How do we pay for Japan and for Global, to whom is the invoice addressed, what can change?"""
    account = visit.account(visit.payers)
    if account is None:
        return visit.page("accounts/no_billing.html", None, status=404)
    held = paying(account=account, month=visit.month)
    history = Paginator(entries(account=account), EVENTS_ON_A_PAGE)
    shown = history.get_page(visit.request.GET.get("page"))
    return visit.page(
        "invoices/settings/page.html",
        account,
        among=visit.payers,
        paying=held,
        ways=[(way, why_not(held, coverage)) for coverage, way in held.ways.items()],
        may_change=account.pk in visit.access.pay,
        has_card=has_card(account_id=account.pk),
        shown=shown,
        events=events(list(shown.object_list)),
    )
