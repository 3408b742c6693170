"""Customers switch devices on device plans between active and inactive: one, or many at a time."""

from collections import Counter
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Account
from accounts.views.visit import Visit, visited
from invoices.forms.plans import OTHER, SwitchForm
from invoices.selectors.plan_switching import switch_of
from invoices.selectors.plans import device_plans
from invoices.services.plans import PlanRefused, devices
from usage.choices import Status
from usage.exports.labels_job import listed
from usage.models import DeviceNow
from usage.selectors import device_page
from usage.services.devices import Outcome, Result

AT_ONCE = 500
"""So many devices are switched at a time, while the browser waits."""
REASONS = 3
"""So many are told of why devices were refused."""


@require_http_methods(["GET", "HEAD", "POST"])
@visited
def one(visit: Visit, key: str) -> HttpResponse:
    """Switch one device, after saying what that means."""
    row = device_page.get(access=visit.access, key=key)
    if row.account is None or row.account_id not in visit.access.manage:
        raise DeviceNow.DoesNotExist(key)
    if row.plan_id not in device_plans():
        raise DeviceNow.DoesNotExist(key)
    back = reverse("device", args=[key])
    form = SwitchForm(visit.request.POST)
    if visit.request.method == "POST" and form.is_valid():
        return _carry_out(visit, row.account, [key], Status(form.cleaned_data["to"]), back)
    if row.status not in devices.SWITCHED:
        raise DeviceNow.DoesNotExist(key)
    return _confirm(visit, row.account, [key], OTHER[Status(row.status)], back)


@require_POST
@visited
def many(visit: Visit) -> HttpResponse:
    """Switch those selected in a list, or all of it: first what that means, then `sure`."""
    account = visit.managed()
    query = QueryDict(visit.request.POST.get("query", ""))
    back = f"{reverse('devices')}?{query.urlencode()}"
    form = SwitchForm(visit.request.POST)
    if not form.is_valid():
        return _refuse(visit, back, _("Choose what the devices are to be."))
    keys = visit.request.POST.getlist("device")
    if form.cleaned_data["which"] == "all":
        keys = listed(access=visit.access, account=account, now=visit.now, query=query)
    if not keys:
        return _refuse(visit, back, _("No device is selected, so nothing was changed."))
    if len(keys) > AT_ONCE:
        text = _("At most %(most)d devices are switched at once. Filter the list, and do the rest.")
        return _refuse(visit, back, text % {"most": AT_ONCE})
    to = Status(form.cleaned_data["to"])
    if "sure" in visit.request.POST:
        return _carry_out(visit, account, keys, to, back)
    return _confirm(visit, account, keys, to, back)


def _confirm(
    visit: Visit, account: Account, keys: Sequence[str], to: Status, back: str
) -> HttpResponse:
    problem: PlanRefused | None = None
    try:
        devices.check_switch(keys=keys, status=to, within=visit.access.manage, now=visit.now)
    except PlanRefused as refusal:
        problem = refusal
    return visit.page(
        "invoices/plans/switch.html",
        account,
        switch=switch_of(access=visit.access, keys=keys, to=to, now=visit.now),
        back=back,
        query=visit.request.POST.get("query", ""),
        problem=problem,
        may_pay=account.pk in visit.access.pay,
    )


def _carry_out(
    visit: Visit, account: Account, keys: Sequence[str], to: Status, back: str
) -> HttpResponse:
    try:
        outcomes = devices.switch(
            keys=keys,
            status=to,
            within=visit.access.manage,
            actor=visit.person.email,
            now=visit.now,
        )
    except PlanRefused:
        return _confirm(visit, account, keys, to, back)
    _tell(visit, to, outcomes, len(set(keys)) - len(outcomes))
    return HttpResponseRedirect(back)


def _tell(visit: Visit, to: Status, outcomes: Sequence[Outcome], left: int) -> None:
    """Say how many were switched, were so already, and stay as they are."""
    counts = Counter(outcome.result for outcome in outcomes)
    switched, same = counts[Result.CHANGED], counts[Result.UNCHANGED]
    texts = {
        messages.SUCCESS: ngettext(
            "%(count)d device is switched to %(status)s from now on.",
            "%(count)d devices are switched to %(status)s from now on.",
            switched,
        ),
        messages.INFO: ngettext(
            "%(count)d device was %(status)s already.",
            "%(count)d devices were %(status)s already.",
            same,
        ),
        messages.WARNING: ngettext(
            "%(count)d device is on no device plan of yours, and stays as it is.",
            "%(count)d devices are on no device plan of yours, and stay as they are.",
            left,
        ),
    }
    for count, (level, text) in zip((switched, same, left), texts.items(), strict=True):
        if count:
            said = text % {"count": count, "status": to.label}
            messages.add_message(visit.request, level, said)
    for reason in [outcome.reason for outcome in outcomes if outcome.reason][:REASONS]:
        messages.warning(visit.request, reason)


def _refuse(visit: Visit, back: str, text: str) -> HttpResponse:
    messages.warning(visit.request, text)
    return HttpResponseRedirect(back)
