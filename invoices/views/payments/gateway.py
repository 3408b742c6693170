"""What a gateway tells us, and the page of the sandbox that stands for a gateway's own."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views.visit import Visit, visited
from billing_portal.common import clock
from billing_portal.common.dispatch import send
from invoices.gateways import BadSignature, GatewayDown
from invoices.gateways.sandbox import BEHAVIOURS
from invoices.models import CardSetup
from invoices.services.payments import events, gateway
from invoices.tasks.payments import sweep

LARGEST = 1 << 20


@csrf_exempt
@login_not_required
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Take an event of the gateway. 400: not signed by it; 503: it may send it once more."""
    if len(request.body) > LARGEST:
        return HttpResponse("too large", status=413, content_type="text/plain")
    header = "Stripe-Signature" if settings.GATEWAY == "stripe" else "Sandbox-Signature"
    try:
        outcome = events.receive(
            body=request.body, signature=request.headers.get(header, ""), now=clock.now()
        )
    except BadSignature:
        return HttpResponse("wrong signature", status=400, content_type="text/plain")
    except GatewayDown:
        return HttpResponse("later", status=503, content_type="text/plain")
    if outcome == "done":
        send(sweep)
    return HttpResponse(outcome, content_type="text/plain")


@require_http_methods(["GET", "HEAD", "POST"])
@visited
def sandbox(visit: Visit) -> HttpResponse:
    """Where a card would be typed in; in the sandbox one chooses what the card does."""
    if settings.GATEWAY != "sandbox":
        raise Http404
    setup = CardSetup.objects.select_related("account").get(
        gateway="sandbox",
        reference=visit.request.GET.get("setup", ""),
        account_id__in=visit.access.pay,
    )
    behaviour = visit.request.POST.get("card", "")
    if visit.request.method == "POST" and behaviour in BEHAVIOURS:
        gateway.sandbox().choose(reference=setup.reference, behaviour=behaviour)
        return redirect("payment-card-back", setup.key)
    cards = [(name, digits) for name, (_brand, digits, *_expiry) in BEHAVIOURS.items()]
    return visit.page("invoices/payments/sandbox.html", setup.account, setup=setup, cards=cards)
