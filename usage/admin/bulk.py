"""Devices in bulk: a file that registers and changes them, as a job."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.choices import Reach
from accounts.models import Job, User
from accounts.services import jobs
from accounts.tasks.jobs import make
from billing_portal.common import clock
from billing_portal.common.dispatch import send
from billing_portal.common.staff import Admin
from billing_portal.common.uploads import limit_in_mib
from usage.forms.uploads import DevicesUpload
from usage.ingest.devices.columns import ALL, ID, TAG
from usage.ingest.devices.jobs import DEVICES_IMPORT, subject
from usage.ingest.devices.keeping import keep
from usage.services.devices.cells import CLEAR


class BulkAdmin(Admin):
    """Adds the page on which staff upload a file of devices."""

    change_list_template = "admin/usage/device/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.bulk_view)
        return [path("import/", view, name="usage_device_bulk"), *super().get_urls()]

    def bulk_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file; the work itself is done by the worker."""
        may = self.has_add_permission(request) and self.has_change_permission(request)
        if not may or not isinstance(request.user, User):
            raise PermissionDenied
        form = DevicesUpload(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            job = _order(form.cleaned_data, request.user)
            send(make, job_id=job.pk)
            return redirect("job", job.pk)
        recent = Job.objects.filter(kind=DEVICES_IMPORT.name).select_related("person")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import devices"),
            "opts": self.opts,
            "form": form,
            "media": self.media,
            "limit": limit_in_mib(),
            "columns": [ID, *ALL, f"{TAG}NAME"],
            "clear": CLEAR,
            "jobs": recent[:10],
        }
        return render(request, "admin/usage/device/bulk.html", context)


def _order(given: dict[str, Any], person: User) -> Job:
    """Keep the file, then ask for the work."""
    since = given["since"]
    return jobs.order(
        kind=DEVICES_IMPORT.name,
        reach=Reach.STAFF,
        account=None,
        person=person,
        subject=subject(
            keep(given["upload"]),
            since=since.isoformat() if since else "",
            dry_run=given["dry_run"],
        ),
        now=clock.now(),
    )
