"""Customers add devices on their device plans."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Account
from accounts.views.visit import Visit, visited
from invoices.forms.plans import DeviceForm
from invoices.selectors.plan_standing import standings
from invoices.services.plans import PlanRefused, devices
from invoices.services.plans.ground import check_features, payer_of
from usage.models import DeviceNow, Plan
from usage.services.devices import DeviceRefused


@require_http_methods(["GET", "HEAD", "POST"])
@visited
def add(visit: Visit) -> HttpResponse:
    """Add a device to an account, on one of the device plans that it has."""
    account = visit.managed()
    plans, problem = _usable(visit, account)
    form = DeviceForm(visit.request.POST or None, plans=plans, key=devices.new_key())
    if form.is_valid() and (_is_there(account, form) or _added(visit, account, form)):
        key = form.cleaned_data["key"]
        messages.success(visit.request, _("%s is registered, and active.") % key)
        return redirect("device", key)
    return visit.page(
        "invoices/plans/add.html",
        account,
        form=form,
        plans=plans,
        problem=problem,
        may_take=account.pk in visit.access.pay,
    )


def _usable(visit: Visit, account: Account) -> tuple[list[Plan], PlanRefused | None]:
    """The plans on which a device can be added, and why none can be."""
    try:
        payer = payer_of(account=account, now=visit.now)
        check_features(account_ids={account.pk, payer.pk})
    except PlanRefused as refusal:
        return [], refusal
    found = standings(account=payer, now=visit.now)
    return [plan for standing in found for plan in standing.usable], None


def _is_there(account: Account, form: DeviceForm) -> bool:
    """Whether the form was sent before."""
    return DeviceNow.objects.filter(key=form.cleaned_data["key"], account=account).exists()


def _added(visit: Visit, account: Account, form: DeviceForm) -> bool:
    """Add the device; False if that is refused, which the form then says."""
    try:
        devices.add(
            account=account,
            plan=form.chosen,
            key=form.cleaned_data["key"],
            name=form.cleaned_data["name"],
            actor=visit.person.email,
            now=visit.now,
        )
    except PlanRefused as refusal:
        form.refuse(refusal)
    except DeviceRefused as refusal:
        form.add_error(None, str(refusal))
    else:
        return True
    return False
