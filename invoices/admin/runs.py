"""Month ends: closing a month, seeing how far it is, and trying parked accounts again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.services import audit
from billing_portal.common import clock
from billing_portal.common.dispatch import send
from billing_portal.common.fields import MonthFormField
from billing_portal.common.staff import ReadOnlyAdmin, person
from invoices.choices import ItemState
from invoices.models import BillingRun, RunItem
from invoices.services import runs
from invoices.tasks import runs as tasks

PARKED_SHOWN = 50
LATER = _(
    "The broker cannot be reached. It will start within 15 seconds of the worker coming back."
)


def in_words(problems: Any) -> SafeString:
    """Say what is wrong with an account and what to do, a line for each."""
    rows = [
        (str(row.get("what", "")), str(row.get("remedy", "")))
        for row in problems
        if isinstance(row, dict)
    ]
    return format_html_join("", "<div>{} {}</div>", rows) or SafeString("-")


class CloseForm(forms.Form):
    """Which month to close, and for whom. Nothing given means everybody."""

    month = MonthFormField(label=_("Month"))
    accounts = forms.CharField(
        label=_("Accounts"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Keys of billing accounts, parted by blanks or lines. Empty: all accounts."),
    )

    def clean_accounts(self) -> list[str]:
        return sorted(set(str(self.cleaned_data["accounts"]).replace(",", " ").split()))


@admin.register(BillingRun)
class BillingRunAdmin(ReadOnlyAdmin):
    list_display = ("month", "issue_date", "progress", "parked", "waiting", "created_by")
    actions = ("retry_parked",)
    fields = ("month", "issue_date", "created_at", "created_by", "states", "parked_accounts")
    readonly_fields = ("states", "parked_accounts")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        counts = {f"n_{state}": Count("items", Q(items__state=state)) for state in ItemState.values}
        found = super().get_queryset(request)
        counted: QuerySet[Any] = found.annotate(n_all=Count("items"), **counts)
        return counted

    @admin.display(description=_("closed"))
    def progress(self, run: Any) -> str:
        return _("%(closed)d of %(all)d") % {"closed": run.n_closed, "all": run.n_all}

    @admin.display(description=_("parked"))
    def parked(self, run: Any) -> SafeString:
        return _items_link(run, ItemState.PARKED, str(run.n_parked))

    @admin.display(description=_("waiting"))
    def waiting(self, run: Any) -> int:
        return int(run.n_pending + run.n_proposed)

    @admin.display(description=_("accounts"))
    def states(self, run: Any) -> SafeString:
        links = (
            (_items_link(run, state, f"{state.label}: {getattr(run, f'n_{state.value}')}"),)
            for state in ItemState
        )
        return format_html_join(" · ", "{}", links)

    @admin.display(description=_("what is parked"))
    def parked_accounts(self, run: Any) -> SafeString:
        items = run.items.filter(state=ItemState.PARKED).select_related("account")
        rows = [
            (item.account, item.get_coverage_display(), in_words(item.problems))
            for item in items.order_by("account__key", "coverage")[:PARKED_SHOWN]
        ]
        return format_html_join("", "<div><strong>{}, {}</strong>{}</div>", rows) or SafeString("-")

    def has_run_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("invoices.add_billingrun"))

    @admin.action(description=_("Retry parked accounts"), permissions=["run"])
    def retry_parked(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        now, count = clock.now(), 0
        for run in queryset:
            found = runs.retry_parked(run=run, now=now)
            audit.record(
                actor=person(request),
                action="billing_run.retry",
                now=now,
                subject=str(run.month),
                detail={"accounts": found},
            )
            count += found
        self.message_user(request, _("%(count)d accounts are tried again.") % {"count": count})
        self._start(request)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.close_view)
        return [path("close/", view, name="invoices_billingrun_close"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        extra = {"may_close": self.has_run_permission(request), **(extra_context or {})}
        return super().changelist_view(request, extra)

    def close_view(self, request: HttpRequest) -> HttpResponse:
        """Ask which month to close; the work itself is done by the worker."""
        if not self.has_run_permission(request):
            raise PermissionDenied
        form = CloseForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            run = self._open(request, form)
            if run is not None:
                self._start(request)
                page = reverse("admin:invoices_billingrun_change", args=[run.pk])
                return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Close a month"),
            "opts": self.opts,
            "form": form,
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

    def _start(self, request: HttpRequest) -> None:
        if not send(tasks.sweep):
            self.message_user(request, LATER, messages.WARNING)


def _items_link(run: Any, state: ItemState, text: str) -> SafeString:
    page = reverse("admin:invoices_runitem_changelist")
    address = f"{page}?run__id__exact={run.pk}&state__exact={state.value}"
    return format_html('<a href="{}">{}</a>', address, text)


@admin.register(RunItem)
class RunItemAdmin(ReadOnlyAdmin):
    list_display = ("account", "coverage", "run", "state", "reasons", "error", "attempts", "due_at")
    list_filter = ("state", "coverage", "run")
    list_select_related = ("account", "run")
    search_fields = ("account__key", "account__team_name")
    ordering = ("-run__month", "account__key", "coverage")
    fields = (
        "run",
        "account",
        "coverage",
        "state",
        "reasons",
        "error",
        "attempts",
        "due_at",
        "lease_owner",
        "lease_until",
    )
    readonly_fields = ("reasons",)

    @admin.display(description=_("problems"))
    def reasons(self, item: RunItem) -> SafeString:
        return in_words(item.problems)
