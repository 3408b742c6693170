"""The first page."""

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.selectors import jobs
from accounts.views.visit import Visit, visited
from invoices.selectors import documents
from invoices.selectors.attention import attention
from invoices.selectors.overview import overview
from invoices.views.bills import no_billing


@require_GET
@visited
def home(visit: Visit) -> HttpResponse:
    """What has it cost so far this month, how does that compare, and does anything need me?"""
    account = visit.account(visit.payers)
    if account is None:
        return no_billing(visit)
    paying = attention(access=visit.access, account=account, now=visit.now)
    return visit.page(
        "portal/home.html",
        account,
        among=visit.payers,
        overview=overview(access=visit.access, account=account, now=visit.now),
        papers=documents.latest(access=visit.access, account=account),
        paying=paying,
        balances=paying.balances,
        jobs=jobs.current(access=visit.access, account=account, now=visit.now),
        invoice_day=visit.month.next.business_day(settings.CLOSE_BUSINESS_DAY),
    )
