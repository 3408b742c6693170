"""Looking before it counts: documents before they exist, approving them, sending them back."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.services import audit
from billing_portal.common import clock
from billing_portal.common.staff import ReadOnlyAdmin, page_of, person
from invoices.admin.approval_page import rows_of, sums_of
from invoices.choices import ItemState, OddKind
from invoices.models import Bill, BillingRun
from invoices.pdf import page as printed
from invoices.pdf import render as print_pdf
from invoices.selectors.approvals import Candidate, candidates
from invoices.selectors.approvals import seen as name_of
from invoices.services import documents, runs

SHOWN = 50


class Approving(ReadOnlyAdmin):
    """Mixed into the pages of month ends. `call_for_workers` tells them that there is work."""

    def call_for_workers(self, request: HttpRequest) -> None:
        raise NotImplementedError

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("invoices.approve_billingrun"))

    def get_urls(self) -> list[URLPattern]:
        views: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
            "proposed": ("<int:pk>/proposed/", self.proposed_view),
            "approve": ("<int:pk>/approve/", self.approve_view),
            "send_back": ("<int:pk>/send-back/", self.send_back_view),
            "draft": ("<int:pk>/draft/<int:bill>/", self.draft_view),
            "draft_pdf": ("<int:pk>/draft/<int:bill>.pdf", self.draft_pdf_view),
        }
        wrap = self.admin_site.admin_view
        own = [
            path(address, wrap(view), name=f"invoices_billingrun_{name}")
            for name, (address, view) in views.items()
        ]
        return [*own, *super().get_urls()]

    def proposed_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What waits for approval, with what differs most from last month first."""
        run = self._run(request, pk)
        found = candidates(run=run)
        text, odd = request.GET.get("q", "").strip(), request.GET.get("odd", "")
        rows = [row for row in found.rows if _is_asked_for(row, text.casefold(), odd)]
        shown = Paginator(rows, SHOWN).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Documents of %(month)s to approve") % {"month": run.month},
            "opts": self.opts,
            "original": run,
            "media": self.media,
            "sums": sums_of(found, run.month),
            "count": len(found.rows),
            "seen": found.seen,
            "rows": rows_of(shown.object_list, run),
            "shown": shown,
            "asked": {"q": text, "odd": odd},
            "kinds": OddKind.choices,
            "may_approve": self.has_approve_permission(request),
        }
        return render(request, "admin/invoices/billingrun/proposed.html", context)

    def approve_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Approve all that was shown, or the chosen accounts."""
        run = self._run(request, pk, acts=True)
        chosen = _chosen(request)
        everything = "everything" in request.POST
        if not everything and not chosen:
            self.message_user(request, _("Choose at least one account."), messages.ERROR)
            return redirect(page_of("invoices_billingrun_proposed", run.pk))
        try:
            done = runs.approve(
                run=run,
                seen=request.POST.get("seen", "") if everything else name_of(chosen.items()),
                item_ids=None if everything else list(chosen),
                actor=person(request),
                now=clock.now(),
            )
        except runs.ApprovalRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(page_of("invoices_billingrun_proposed", run.pk))
        self.message_user(request, _approved(done), messages.SUCCESS)
        self.call_for_workers(request)
        return redirect(page_of("invoices_billingrun_change", run.pk))

    def send_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let the chosen accounts be rated anew, with a note that says why."""
        run = self._run(request, pk, acts=True)
        try:
            count = runs.send_back(
                run=run,
                seen=_chosen(request),
                note=request.POST.get("note", ""),
                actor=person(request),
                now=clock.now(),
            )
        except runs.ApprovalRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            text = ngettext(
                "%(count)d account is rated anew, and then waits for approval again.",
                "%(count)d accounts are rated anew, and then wait for approval again.",
                count,
            )
            self.message_user(request, text % {"count": count}, messages.SUCCESS)
            self.call_for_workers(request)
        return redirect(page_of("invoices_billingrun_proposed", run.pk))

    def draft_view(self, request: HttpRequest, pk: int, bill: int) -> HttpResponse:
        """The document as it would be, on a page."""
        run = self._run(request, pk)
        found = self._bill(run, bill)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Draft: %(team)s, %(coverage)s, %(month)s")
            % {
                "team": found.account.team_name,
                "coverage": found.get_coverage_display(),
                "month": run.month,
            },
            "opts": self.opts,
            "original": run,
            "media": self.media,
            "pdf": page_of("invoices_billingrun_draft_pdf", run.pk, found.pk),
            "bill": page_of("invoices_bill_change", found.pk),
            **_document(found, run),
        }
        return render(request, "admin/invoices/billingrun/draft.html", context)

    def draft_pdf_view(self, request: HttpRequest, pk: int, bill: int) -> HttpResponse:
        """The same as a PDF that says on each page that it is a draft."""
        run = self._run(request, pk)
        found = self._bill(run, bill)
        try:
            snapshot = documents.preview(bill=found, run=run)
        except documents.NoPreview as error:
            raise Http404 from error
        audit.record(
            actor=person(request),
            action="invoice.draft",
            now=clock.now(),
            account_key=found.account.key,
            subject=f"{run.month} {found.coverage}",
        )
        pdf = print_pdf(snapshot, snapshot_hash=documents.digest(snapshot))
        name = f"draft_{run.month}_{found.account.key}_{found.coverage}.pdf"
        return HttpResponse(
            pdf,
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _run(self, request: HttpRequest, pk: int, *, acts: bool = False) -> BillingRun:
        allowed = self.has_view_permission(request)
        if acts:
            allowed = request.method == "POST" and self.has_approve_permission(request)
        if not allowed:
            raise PermissionDenied
        return get_object_or_404(BillingRun, pk=pk)

    def _bill(self, run: BillingRun, pk: int) -> Bill:
        """A bill of the run that is not closed yet: afterwards there is a document."""
        found = get_object_or_404(Bill.objects.select_related("account"), pk=pk, month=run.month)
        item = run.items.filter(account=found.account_id, coverage=found.coverage)
        if not item.filter(state__in=[ItemState.PROPOSED, ItemState.APPROVED]).exists():
            raise Http404
        return found


def _document(bill: Bill, run: BillingRun) -> dict[str, Any]:
    """What is printed, or why nothing could be."""
    try:
        return {"document": printed(json.loads(documents.preview(bill=bill, run=run)))}
    except documents.NoPreview as error:
        return {"why_not": str(error)}


def _is_asked_for(row: Candidate, text: str, odd: str) -> bool:
    said = f"{row.account_key} {row.team_name}".casefold()
    return text in said and (not odd or row.odd == odd)


def _chosen(request: HttpRequest) -> dict[int, str]:
    """Item and digest of each checked row."""
    pairs = (value.partition(":") for value in request.POST.getlist("chosen"))
    return {int(pk): digest for pk, _colon, digest in pairs if pk.isdecimal() and len(pk) < 19}


def _approved(done: runs.Approved) -> str:
    text = ngettext(
        "%(count)d account is approved. Its bill becomes final now.",
        "%(count)d accounts are approved. Their bills become final now.",
        done.accounts,
    )
    said = text % {"count": done.accounts}
    if not done.left:
        return said
    more = ngettext(
        "%(count)d account was prepared by you and waits for somebody else.",
        "%(count)d accounts were prepared by you and wait for somebody else.",
        done.left,
    )
    return f"{said} {more % {'count': done.left}}"
