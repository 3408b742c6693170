"""A form of our own on a page that looks like the admin's."""

from typing import Any

from django.contrib.admin.helpers import AdminForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from billing_portal.common.staff import once
from billing_portal.common.staff.pages import Admin


def ask(
    page: Admin,
    request: HttpRequest,
    form: Any,
    *,
    template: str = "",
    says: str = "",
    add: bool = False,
    **context: Any,
) -> HttpResponse:
    """Show a form as the admin shows its own: to add a row, or with a template for an act on one.

    says: what will come of it, above the fields.
    """
    fields = [(None, {"fields": list(form.fields), "description": says})]
    shown = AdminForm(form, fields, {})  # type: ignore[arg-type]  # any form will do
    whole = {
        **page.admin_site.each_context(request),
        **context,
        "once": once.token(),
        "adminform": shown,
        "errors": form.errors,
        "media": page.media + shown.media,
        "inline_admin_formsets": [],
        "is_popup": False,
        "show_save_and_continue": False,
        "show_save_and_add_another": add,
    }
    answer = page.render_change_form(request, whole, add=add, change=not add)
    if template and isinstance(answer, TemplateResponse):
        answer.template_name = template
    return answer
