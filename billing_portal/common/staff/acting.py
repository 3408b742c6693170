"""How a staff page asks for something that a service does: a form, what will happen, a refusal."""

# ruff: noqa: ARG002 - Django gives the signatures

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from billing_portal.common import clock
from billing_portal.common.staff import once
from billing_portal.common.staff.asking import ask
from billing_portal.common.staff.forms import ActForm
from billing_portal.common.staff.pages import Admin, page_of, person


@dataclass(frozen=True, slots=True)
class Act:
    """What can be done with a row besides adding it; `says` tells what will come of it."""

    title: Any
    form: type[ActForm]
    says: Callable[[Any], str]


class Acting(Admin):
    """Mixed into an admin whose rows are written by services, with a page for each act."""

    actions = None
    change_form_template = "admin/acting/change_form.html"
    new_form: type[ActForm]
    acts: ClassVar[Mapping[str, Act]]
    refusal: type[Exception] | tuple[type[Exception], ...]

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<path:pk>/{name}/",
                self.admin_site.admin_view(partial(type(self).act_view, self, name)),
                name=self._act_name(name),
            )
            for name in self.acts
        ]
        return [*own, *super().get_urls()]

    def may_act(self, request: HttpRequest, row: Any) -> bool:
        return bool(self.has_change_permission(request, row))

    def offers(self, row: Any, name: str) -> bool:
        """Whether the page of a row leads to the act."""
        return True

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Ask for a new one, saying what will come of it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form: Any = self.new_form(request.POST or None, initial=self.first_values(request))
        if form.is_valid():
            if once.is_repeated(request):
                return once.back(request, self._list())
            try:
                row = form.save(actor=person(request), now=clock.now())
            except self.refusal as refusal:
                form.refuse(refusal)
            else:
                self.log_addition(request, row, [{"added": {}}])
                self.message_user(request, self.in_words(row), messages.SUCCESS)
                again = "_addanother" in request.POST
                return redirect(request.path if again else self._page(row))
        title = _("Add %(what)s") % {"what": self.opts.verbose_name}
        return ask(self, request, form, says=self.what_a_new_one_does(), add=True, title=title)

    def act_view(self, name: str, request: HttpRequest, pk: str) -> HttpResponse:
        """Ask for an act, saying what will come of it."""
        row, act = self._row(request, pk), self.acts[name]
        if not self.may_act(request, row):
            raise PermissionDenied
        posted = request.POST if request.method == "POST" else None
        form: Any = act.form(posted, initial=self.start_values(row, name))
        if form.is_valid():
            if once.is_repeated(request):
                return once.back(request, self._page(row))
            try:
                form.save(row, actor=person(request), now=clock.now())
            except self.refusal as refusal:
                form.refuse(refusal)
            else:
                return self._after(request, act, row)
        return ask(
            self,
            request,
            form,
            template="admin/acting/act.html",
            says=act.says(row),
            title=act.title,
            subtitle=str(row),
            original=row,
        )

    def _after(self, request: HttpRequest, act: Act, before: Any) -> HttpResponse:
        """Say how the row stands now. One that never counted may be gone."""
        row = self.get_object(request, str(before.pk))
        self.log_change(request, row or before, str(act.title))
        if row is None:
            said = {"act": act.title, "row": before}
            self.message_user(request, _("Done: %(act)s (%(row)s).") % said, messages.SUCCESS)
            return redirect(self._list())
        self.message_user(request, self.in_words(row), messages.SUCCESS)
        return redirect(self._page(row))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        extra = dict(extra_context or {})
        if row is not None and self.may_act(request, row):
            extra["tools"] = [
                (page_of(self._act_name(name), row.pk), f"{act.title}…")
                for name, act in self.acts.items()
                if self.offers(row, name)
            ]
        return super().change_view(request, object_id, form_url, extra)

    def first_values(self, request: HttpRequest) -> dict[str, Any]:
        return {name: request.GET[name] for name in ("account", "coverage") if name in request.GET}

    def start_values(self, row: Any, name: str) -> dict[str, Any]:
        """What the form of an act is filled in with."""
        return {}

    def what_a_new_one_does(self) -> str:
        raise NotImplementedError

    def in_words(self, row: Any) -> str:
        """Say how the row stands after it was written."""
        raise NotImplementedError

    def _row(self, request: HttpRequest, pk: str) -> Any:
        row = self.get_object(request, pk)
        if row is None:
            raise Http404
        return row

    def _act_name(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def _list(self) -> str:
        return page_of(f"{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _page(self, row: models.Model) -> str:
        return page_of(f"{self.opts.app_label}_{self.opts.model_name}_change", row.pk)
