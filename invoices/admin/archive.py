"""Searching the documents of all customers, and having what was found as one ZIP."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from accounts.access import access_of
from accounts.choices import Reach
from accounts.models import User
from accounts.services import jobs
from accounts.tasks.jobs import make
from billing_portal.common import clock
from billing_portal.common.dispatch import send
from billing_portal.common.parts.figures import money_text
from billing_portal.common.periods import Month
from billing_portal.common.reports.scope import Scope
from billing_portal.common.staff import ReadOnlyAdmin, page_of
from invoices.exports import archive
from invoices.selectors import documents

SHOWN = 50


class Archive(ReadOnlyAdmin):
    """Mixed into the pages of documents."""

    change_list_template = "admin/invoices/invoice/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.archive_view)
        return [path("archive/", view, name="invoices_invoice_archive"), *super().get_urls()]

    def archive_view(self, request: HttpRequest) -> HttpResponse:
        """Show what fits the filters of the address; a POST has it made into a ZIP."""
        person = request.user
        if not self.has_view_permission(request) or not isinstance(person, User):
            raise PermissionDenied
        now = clock.now()
        scope = Scope(access_of(person, month=Month.of(now)), None, now, request.GET)
        filters = archive.searched(request.GET, scope)
        valid = filters.is_valid()
        if request.method == "POST" and valid:
            return _order(request, person)
        found = filters.qs if valid else filters.qs.none()
        shown = Paginator(found.select_related("account", "file"), SHOWN)
        page = shown.get_page(request.GET.get("p"))
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("Search the archive"),
            "opts": self.opts,
            "media": self.media,
            "form": filters.form,
            "valid": valid,
            "shown": page,
            "count": shown.count,
            "sums": [
                money_text(minor, code) for code, minor in documents.total(found).get("total", [])
            ],
        }
        return render(request, "admin/invoices/invoice/archive.html", context)


def _order(request: HttpRequest, person: User) -> HttpResponse:
    query = request.GET.urlencode()
    job = jobs.order(
        kind=archive.NAME,
        reach=Reach.STAFF,
        account=None,
        person=person,
        subject=archive.subject(
            query=query,
            back=f"{page_of('invoices_invoice_archive')}?{query}",
            person_id=person.pk,
        ),
        now=clock.now(),
    )
    send(make, job_id=job.pk)
    return redirect("job", job.pk)
