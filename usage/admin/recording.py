"""Typing in a new device, and what changes of one.

Nothing of a history is saved by the admin itself: a form hands what was typed to one service, which
locks the months. So these are views of their own that look like the admin's.
"""

# ruff: noqa: ARG002 - Django gives the signatures

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from accounts.services import audit
from billing_portal.common import clock
from billing_portal.common.staff import KeptAdmin, ask, person
from usage.forms import CHANGES, ChangeForm, NewDeviceForm
from usage.models import Device, DeviceOwner
from usage.models.devices import DevicePoint
from usage.services.devices import DeviceRefused
from usage.views.events import in_utc


class RecordingAdmin(KeptAdmin):
    """Devices are added, and change, through services only."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.record_view)
        own = path("<int:pk>/record/<slug:what>/", view, name="usage_device_record")
        return [own, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Ask for a new device and what holds for it first."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewDeviceForm(request.POST or None, initial={"since": clock.now()})
        if form.is_valid() and (device := self._register(request, form)):
            again = "_addanother" in request.POST
            return HttpResponseRedirect(request.path if again else _page(device))
        return ask(self, request, form, add=True, title=_("Add device"))

    def record_view(self, request: HttpRequest, pk: int, what: str) -> HttpResponse:
        """Ask for one change of one device."""
        device = get_object_or_404(Device, pk=pk)
        if not self.has_change_permission(request, device):
            raise PermissionDenied
        if what not in CHANGES:
            raise Http404
        form = CHANGES[what](request.POST or None, device=device, now=clock.now())
        if form.is_valid() and self._record(request, form):
            return HttpResponseRedirect(_page(device))
        return ask(
            self,
            request,
            form,
            template="admin/usage/device/record.html",
            title=_("Record a change: %s") % form.title,
            subtitle=str(device),
            original=device,
            here=request.path,
            kinds=records_of(device),
        )

    def _register(self, request: HttpRequest, form: NewDeviceForm) -> Device | None:
        """Register the device and say so; a refusal stands in the form."""
        now = clock.now()
        try:
            with transaction.atomic():
                device = form.save(now=now)
                owner = _owner(device, form.cleaned_data["since"])
                audit.record(
                    actor=person(request),
                    action="device.add",
                    now=now,
                    account_key=owner.account.key,
                    subject=device.key,
                    detail=form.detail(),
                )
        except DeviceRefused as refusal:
            form.refuse(refusal)
            return None
        self.log_addition(request, device, [{"added": {}}])
        text = _("Device %(device)s is registered. It belongs to %(account)s from %(since)s on.")
        said = {"device": device, "account": owner.account, "since": in_utc(owner.since)}
        self.message_user(request, text % said, messages.SUCCESS)
        self._warn(request, owner)
        return device

    def _record(self, request: HttpRequest, form: ChangeForm) -> bool:
        """Record the change and say so; a refusal stands in the form."""
        now, since = clock.now(), form.cleaned_data["since"]
        try:
            with transaction.atomic():
                point = form.save(now=now)
                if point is not None:
                    audit.record(
                        actor=person(request),
                        action=f"device.{form.what}",
                        now=now,
                        account_key=_owner(form.device, since).account.key,
                        subject=form.device.key,
                        detail=form.detail(),
                    )
        except DeviceRefused as refusal:
            form.refuse(refusal)
            return False
        said = {"what": form.title, "value": form.in_words(), "since": in_utc(since)}
        if point is None:
            text = _("Nothing to record, it stood there from %(since)s on. %(what)s: %(value)s.")
            self.message_user(request, text % said, messages.INFO)
            return True
        text = _("Recorded from %(since)s on. %(what)s: %(value)s.") % said
        self.log_change(request, form.device, text)
        self.message_user(request, text, messages.SUCCESS)
        self._warn(request, point)
        return True

    def _warn(self, request: HttpRequest, point: DevicePoint) -> None:
        """Say for which months it came too late."""
        late = point.late_through
        if late is not None:
            text = _(
                "This came late: months up to %(month)s are closed, and their bills stay as they"
                " are. The next bill corrects them."
            )
            self.message_user(request, text % {"month": late}, messages.WARNING)


def records_of(device: Device) -> list[tuple[str, str]]:
    """What can be recorded of a device: the address of the form, and what it is about."""
    name = "admin:usage_device_record"
    return [
        (reverse(name, args=[device.pk, what]), str(form.title)) for what, form in CHANGES.items()
    ]


def _page(device: Device) -> str:
    return reverse("admin:usage_device_change", args=[device.pk])


def _owner(device: Device, instant: datetime) -> DeviceOwner:
    """Whose device it is at an instant. There is one: the services refuse any other instant."""
    points = DeviceOwner.objects.filter(device=device, since__lte=instant)
    return points.select_related("account").latest("since")
