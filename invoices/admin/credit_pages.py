"""How a staff page asks for something that a service does: a form, what will happen, a refusal."""

# ruff: noqa: ARG002 - Django gives the signatures

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing_portal.common import clock
from billing_portal.common.periods import Month
from billing_portal.common.staff import KeptAdmin, ask, page_of, person
from invoices.forms.credits import CreditForm
from invoices.services.credits import CreditRefused


class UsableFilter(admin.SimpleListFilter):
    """By the months of a row and the month that is running."""

    title = gettext_lazy("holds")
    parameter_name = "holds"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("now", gettext_lazy("Now")),
            ("to-come", gettext_lazy("To come")),
            ("past", gettext_lazy("Past")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        month = Month.of(clock.now())
        match self.value():
            case "now":
                return queryset.filter(first_month__lte=month, last_month__gte=month)
            case "to-come":
                return queryset.filter(first_month__gt=month)
            case "past":
                return queryset.filter(last_month__lt=month)
        return queryset


class CreditAdmin(KeptAdmin):
    """Rows that services write. On their own page only the note changes; one act has a page too."""

    actions = None
    change_form_template = "admin/invoices/credits/change_form.html"
    new_form: type[CreditForm]
    act_form: type[CreditForm]
    act: str
    act_title: Any
    service: Any

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self.get_fields(request, obj) if name != "note"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(type(self).act_view, self))
        return [path(f"<int:pk>/{self.act}/", view, name=self._act_name), *super().get_urls()]

    @property
    def _act_name(self) -> str:
        return f"invoices_{self.opts.model_name}_{self.act}"

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Ask for a new one, saying what will come of it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form: Any = self.new_form(request.POST or None, initial=self.first_values(request))
        if form.is_valid():
            try:
                row = form.save(actor=person(request), now=clock.now())
            except CreditRefused as refusal:
                form.refuse(refusal)
            else:
                self.log_addition(request, row, [{"added": {}}])
                self.message_user(request, self.in_words(row), messages.SUCCESS)
                again = "_addanother" in request.POST
                return redirect(request.path if again else self._page(row))
        title = _("Add %(what)s") % {"what": self.opts.verbose_name}
        return ask(self, request, form, says=self.what_a_new_one_does(), add=True, title=title)

    def act_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the one act that there is, saying what will come of it."""
        row = get_object_or_404(self.model, pk=pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        form: Any = self.act_form(request.POST or None)
        if form.is_valid():
            try:
                form.save(row, actor=person(request), now=clock.now())
            except CreditRefused as refusal:
                form.refuse(refusal)
            else:
                row = self.model._default_manager.get(pk=pk)
                self.log_change(request, row, str(self.act_title))
                self.message_user(request, self.in_words(row), messages.SUCCESS)
                return redirect(self._page(row))
        return ask(
            self,
            request,
            form,
            template="admin/invoices/credits/act.html",
            says=self.what_the_act_does(row),
            title=self.act_title,
            subtitle=str(row),
            original=row,
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        extra = dict(extra_context or {})
        if row is not None and self.has_change_permission(request, row):
            extra["tools"] = [(page_of(self._act_name, row.pk), f"{self.act_title}…")]
        return super().change_view(request, object_id, form_url, extra)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if form.has_changed():
            named: dict[str, Any] = {str(self.opts.model_name): obj}
            self.service.annotate(**named, note=obj.note, actor=person(request), now=clock.now())

    def first_values(self, request: HttpRequest) -> dict[str, Any]:
        return {name: request.GET[name] for name in ("account", "coverage") if name in request.GET}

    def what_a_new_one_does(self) -> str:
        raise NotImplementedError

    def what_the_act_does(self, row: Any) -> str:
        raise NotImplementedError

    def in_words(self, row: Any) -> str:
        """Say how the row stands after it was written."""
        raise NotImplementedError

    def _page(self, row: models.Model) -> str:
        return page_of(f"invoices_{self.opts.model_name}_change", row.pk)
