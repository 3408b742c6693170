"""The first page."""

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from invoices.selectors import bills, documents
from invoices.selectors import exports as jobs
from invoices.views.bills import no_billing
from invoices.views.visit import Visit, visited


@require_GET
@visited
def home(visit: Visit) -> HttpResponse:
    """What has it cost so far this month, and does anything need me?"""
    account = visit.account(visit.request.GET.get("account"))
    if account is None:
        return no_billing(visit)
    return visit.page(
        "portal/home.html",
        account,
        overview=bills.overview(access=visit.access, account=account, now=visit.now),
        papers=documents.latest(access=visit.access, account=account),
        jobs=jobs.current(access=visit.access, account=account, now=visit.now),
        invoice_day=visit.month.next.business_day(settings.CLOSE_BUSINESS_DAY),
    )
