"""Month ends: closing a month, seeing how far it is, and trying parked accounts again."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.services import audit
from billing_portal.common import clock
from billing_portal.common.dispatch import send
from billing_portal.common.periods import Month
from billing_portal.common.staff import ReadOnlyAdmin, link, person
from invoices.admin.approval import Approving
from invoices.admin.run_page import CloseForm, LookForm, in_words, review_of, state_of
from invoices.choices import ItemState
from invoices.models import BillingRun, RunItem
from invoices.selectors.review import counts
from invoices.selectors.runs import is_automatic, under_way
from invoices.services import runs
from invoices.tasks import runs as tasks

LATER = _(
    "The broker cannot be reached. It will start within 15 seconds of the worker coming back."
)


@admin.register(BillingRun)
class BillingRunAdmin(Approving):
    list_display = (
        "month",
        "issue_date",
        "progress",
        "parked",
        "unapproved",
        "waiting",
        "created_by",
    )
    actions = ("retry_parked",)
    fields = ("month", "issue_date", "created_at", "created_by")
    change_form_template = "admin/invoices/billingrun/change_form.html"

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The accounts are counted for the runs of the page only, in one query."""
        changes = super().get_changelist_instance(request)
        shown = list(changes.result_list)
        by_run = counts(run_ids=[run.pk for run in shown])
        for run in shown:
            run.counts = by_run[run.pk]
        changes.result_list = shown
        return changes

    @admin.display(description=_("closed"))
    def progress(self, run: Any) -> str:
        said = {"closed": run.counts[ItemState.CLOSED], "all": sum(run.counts.values())}
        return gettext("%(closed)d of %(all)d") % said

    @admin.display(description=_("parked"))
    def parked(self, run: Any) -> SafeString | str:
        count = run.counts[ItemState.PARKED]
        return items_link(run, ItemState.PARKED, count) if count else "0"

    @admin.display(description=_("waiting"))
    def waiting(self, run: Any) -> int:
        return sum(run.counts[state] for state in under_way())

    @admin.display(description=_("to be approved"))
    def unapproved(self, run: Any) -> SafeString | str:
        count = 0 if is_automatic() else run.counts[ItemState.PROPOSED]
        return link(count, "invoices_billingrun_proposed", run.pk) if count else "0"

    def has_run_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("invoices.add_billingrun"))

    @admin.action(description=_("Retry parked accounts"), permissions=["run"])
    def retry_parked(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        found = sum(retry(request, run) for run in queryset)
        _say_retried(self, request, found)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("close/", wrap(self.close_view), name="invoices_billingrun_close"),
            path("<int:pk>/retry/", wrap(self.retry_view), name="invoices_billingrun_retry"),
        ]
        return [*own, *super().get_urls()]

    def call_for_workers(self, request: HttpRequest) -> None:
        start(self, request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        extra = {"may_close": self.has_run_permission(request), **(extra_context or {})}
        return super().changelist_view(request, extra)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """All that is needed to let the month go out, or to see why not."""
        run = self.get_object(request, object_id)
        extra = {"may_retry": self.has_run_permission(request), **(extra_context or {})}
        if run is not None and self.has_view_permission(request, run):
            extra |= state_of(run, now=clock.now()) | review_of(run.month)
        return super().change_view(request, object_id, form_url, extra)

    def retry_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Try one parked account again, or all of them."""
        if request.method != "POST" or not self.has_run_permission(request):
            raise PermissionDenied
        run = get_object_or_404(BillingRun, pk=pk)
        key = request.POST.get("account", "")
        _say_retried(self, request, retry(request, run, [key] if key else []))
        return redirect("admin:invoices_billingrun_change", run.pk)

    def close_view(self, request: HttpRequest) -> HttpResponse:
        """Ask which month to close, and show what it comes to; the worker does the work."""
        if not self.has_run_permission(request):
            raise PermissionDenied
        look = LookForm(request.GET if "look" in request.GET else None)
        month = look.cleaned_data["look"] if look.is_valid() else None
        form = CloseForm(request.POST or None, initial={"month": month})
        if request.method == "POST" and form.is_valid():
            run = self._open(request, form)
            if run is not None:
                start(self, request)
                return redirect("admin:invoices_billingrun_change", run.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Close a month"),
            "opts": self.opts,
            "form": form,
            "look": look,
            "last": Month.of(clock.now()).previous,
            "media": self.media,
            **(review_of(month) if month else {}),
        }
        return render(request, "admin/invoices/billingrun/close.html", context)

    def _open(self, request: HttpRequest, form: CloseForm) -> BillingRun | None:
        """Open the run and say so; a refusal stands in the form."""
        month, keys = form.cleaned_data["month"], form.cleaned_data["accounts"]
        actor, now = person(request), clock.now()
        try:
            run = runs.open_run(month=month, account_keys=keys, actor=actor, now=now)
        except runs.RunRefused as refusal:
            form.add_error(None, str(refusal))
            return None
        audit.record(
            actor=actor,
            action="billing_run.close",
            now=now,
            subject=str(month),
            detail={"accounts": keys},
        )
        text = _("%(month)s is being closed. Reload this page to see how far it is.")
        self.message_user(request, text % {"month": month}, messages.SUCCESS)
        return run


def retry(request: HttpRequest, run: BillingRun, keys: list[str] | None = None) -> int:
    """Let parked accounts of a run be tried again; return how many."""
    now = clock.now()
    found = runs.retry_parked(run=run, now=now, actor=person(request), account_keys=keys or [])
    audit.record(
        actor=person(request),
        action="billing_run.retry",
        now=now,
        account_key=keys[0] if keys else "",
        subject=str(run.month),
        detail={"accounts": found},
    )
    return found


def start(page: Any, request: HttpRequest) -> None:
    if not send(tasks.sweep):
        page.message_user(request, LATER, messages.WARNING)


def items_link(run: BillingRun, state: ItemState, text: object) -> SafeString:
    query = {"run__id__exact": run.pk, "state__exact": state.value}
    return link(text, "invoices_runitem_changelist", **query)


def _say_retried(page: Any, request: HttpRequest, found: int) -> None:
    text = _("%(count)d accounts are tried again.")
    page.message_user(request, text % {"count": found}, messages.SUCCESS)
    start(page, request)


@admin.register(RunItem)
class RunItemAdmin(ReadOnlyAdmin):
    list_display = (
        "account",
        "coverage",
        "run",
        "state",
        "reasons",
        "prepared_by",
        "approved_by",
        "due_at",
    )
    list_filter = ("state", "coverage", "run")
    list_select_related = ("account", "run")
    search_fields = ("account__key", "account__team_name")
    ordering = ("-run__month", "account__key", "coverage")
    actions = ("try_again",)
    fields = (
        "run",
        "account",
        "coverage",
        "state",
        "reasons",
        "prepared_by",
        "note",
        "approved_by",
        "approved_at",
        "error",
        "attempts",
        "due_at",
        "lease_owner",
        "lease_until",
    )
    readonly_fields = ("reasons",)

    @admin.display(description=_("problems"))
    def reasons(self, item: RunItem) -> SafeString:
        return in_words(item.problems, item.account.key)

    def has_run_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("invoices.add_billingrun"))

    @admin.action(description=_("Retry what is parked"), permissions=["run"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        chosen = queryset.filter(state=ItemState.PARKED).select_related("run", "account")
        pairs = {(item.run, item.account.key) for item in chosen}
        found = sum(retry(request, run, [key]) for run, key in sorted(pairs, key=str))
        _say_retried(self, request, found)
