"""What customers do with their payment settings; a page of each act says what will happen."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.tasks import mail
from accounts.views.visit import Visit, address_of, visited
from billing_portal.common.dispatch import send
from billing_portal.common.parts.figures import month_name
from invoices.choices import PaymentMethod
from invoices.forms.settings import ApplicationForm
from invoices.selectors.paying import Details, paying
from invoices.services.settings import SettingsRefused, applications, merging, methods
from invoices.views.settings.asked import PAGE, back, payable, who

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
@visited
def apply(visit: Visit, key: str, coverage: str) -> HttpResponse:
    """Request invoice payment for a coverage."""
    account = payable(visit, key)
    held = paying(account=account, month=visit.month)
    known = held.ways[coverage].profile or held.other(coverage).profile
    first = known or held.ways[coverage].refused
    start = {} if first is None else {k: getattr(first, k) for k in Details.__slots__}
    initial = {"company": account.organization or account.team_name, "country": "JP", **start}
    initial.setdefault("language", visit.person.language)
    form = ApplicationForm(visit.request.POST or None, initial=initial)
    if visit.request.method == "POST" and form.is_valid():
        asked = {"details": form.details, "note": form.cleaned_data["note"]}
        try:
            applications.request(account=account, coverage=coverage, who=who(visit), **asked)
        except SettingsRefused as refusal:
            form.refuse(refusal)
        else:
            send(mail.sweep)
            said = _("Your request is with our staff. A mail tells you what they decide.")
            messages.success(visit.request, said)
            return back(account)
    return visit.page(
        "invoices/settings/apply.html",
        account,
        form=form,
        way=held.ways[coverage],
        back=address_of(account, PAGE),
    )


@require_POST
@visited
def withdraw(visit: Visit, key: str, coverage: str) -> HttpResponse:
    """Take an open request back."""
    account = payable(visit, key)
    latest = paying(account=account, month=visit.month).ways[coverage].latest
    if latest is None:
        return back(account)
    try:
        applications.withdraw(application=latest, who=who(visit))
    except SettingsRefused as refusal:
        messages.warning(visit.request, str(refusal))
    else:
        messages.success(visit.request, _("The request was withdrawn."))
    return back(account)


@require_http_methods(FORM)
@visited
def merge(visit: Visit, key: str, coverage: str) -> HttpResponse:
    """Let this coverage adopt the invoice of the other one, after saying what that means."""
    account = payable(visit, key)
    held = paying(account=account, month=visit.month)
    problem = ""
    if visit.request.method == "POST":
        try:
            merging.merge(account=account, coverage=coverage, who=who(visit))
        except SettingsRefused as refusal:
            problem = str(refusal)
        else:
            send(mail.sweep)
            shared = paying(account=account, month=visit.month).ways[coverage].profile
            said = _("From %(month)s on, one invoice covers Japan and Global, sent to %(email)s.")
            values = {"month": month_name(visit.month), "email": shared.email if shared else ""}
            messages.success(visit.request, said % values)
            return back(account)
    elif held.merged:
        return back(account)
    else:
        problem = merging.why_not(held, coverage)
    return visit.page(
        "invoices/settings/merge.html",
        account,
        paying=held,
        way=held.ways[coverage],
        other=held.other(coverage),
        problem=problem,
        back=address_of(account, PAGE),
    )


@require_http_methods(FORM)
@visited
def part(visit: Visit, key: str) -> HttpResponse:
    """Separate the invoices again, after saying what that means."""
    account = payable(visit, key)
    held = paying(account=account, month=visit.month)
    problem = ""
    if visit.request.method == "POST":
        try:
            merging.part(account=account, who=who(visit))
        except SettingsRefused as refusal:
            problem = str(refusal)
        else:
            send(mail.sweep)
            said = _("From %(month)s on, Japan and Global are billed apart.")
            messages.success(visit.request, said % {"month": month_name(visit.month)})
            return back(account)
    elif not held.merged:
        return back(account)
    return visit.page(
        "invoices/settings/part.html",
        account,
        paying=held,
        to_card=[way for way in held.ways.values() if way.own == PaymentMethod.CARD],
        problem=problem,
        back=address_of(account, PAGE),
    )


@require_http_methods(FORM)
@visited
def card(visit: Visit, key: str, coverage: str) -> HttpResponse:
    """Pay by card again, after saying what that means."""
    account = payable(visit, key)
    way = paying(account=account, month=visit.month).ways[coverage]
    problem = ""
    if visit.request.method == "POST":
        by_card = PaymentMethod.CARD
        try:
            methods.switch(account=account, coverage=coverage, method=by_card, who=who(visit))
        except SettingsRefused as refusal:
            problem = str(refusal)
        else:
            send(mail.sweep)
            said = _("%(coverage)s is paid by card from %(month)s on.")
            values = {"coverage": way.coverage.label, "month": month_name(visit.month)}
            messages.success(visit.request, said % values)
            return back(account)
    elif not way.by_invoice:
        return back(account)
    return visit.page(
        "invoices/settings/card.html",
        account,
        way=way,
        problem=problem,
        running=visit.month,
        back=address_of(account, PAGE),
    )
