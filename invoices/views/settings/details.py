"""Changing invoice details: a form, what will change, and the change."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Account
from accounts.tasks import mail
from accounts.views.visit import Visit, address_of, visited
from billing_portal.common.dispatch import send
from invoices.forms.settings import DetailsForm
from invoices.selectors.paying import Details, Paying, paying
from invoices.services.settings import SettingsRefused
from invoices.services.settings import details as services
from invoices.views.settings.asked import PAGE, back, payable, who


@dataclass(frozen=True, slots=True)
class Asked:
    """A form about the details of a coverage; `shown` is the version that it was filled in from."""

    visit: Visit
    held: Paying
    coverage: str
    form: DetailsForm
    shown: str


@require_http_methods(["GET", "HEAD", "POST"])
@visited
def details(visit: Visit, key: str, coverage: str) -> HttpResponse:
    """Change where invoices go and what stands on them; nothing is kept before it is confirmed."""
    account = payable(visit, key)
    held = paying(account=account, month=visit.month)
    profile = held.ways[coverage].profile
    if profile is None:
        raise Account.DoesNotExist
    present, posted = Details.of(profile), visit.request.POST
    initial = {name: getattr(present, name) for name in services.OWN}
    form = DetailsForm(posted or None, initial=initial)
    asked = Asked(visit, held, coverage, form, posted.get("shown", present.version))
    if not posted or "again" in posted or not form.is_valid():
        return _page(asked, "details", asked.shown)
    changes = _changes(present, form)
    if changes and asked.shown == present.version and "sure" not in posted:
        return _page(asked, "confirm", asked.shown, changes)
    # Pressed once more on the form that it is refused on, it is meant for what holds now.
    return _save(asked) or _page(asked, "details", present.version)


def _save(asked: Asked) -> HttpResponse | None:
    """Save it and go back; None if it is refused, which the form then says."""
    visit, account = asked.visit, asked.held.account
    try:
        changed = services.change(
            account=account,
            coverage=asked.coverage,
            values=asked.form.own,
            shown=asked.shown,
            who=who(visit),
        )
    except SettingsRefused as refusal:
        asked.form.refuse(refusal)
        return None
    if changed:
        send(mail.sweep)
        text = _("The invoice details were changed. Documents issued from now on have them.")
        messages.success(visit.request, text)
    else:
        messages.info(visit.request, _("Nothing changed: the invoice details say so already."))
    return back(account)


def _changes(present: Details, form: DetailsForm) -> list[tuple[str, str, str]]:
    """Name, present and new value of each field that the form changes."""
    pairs = ((name, getattr(present, name), form.own[name]) for name in services.OWN)
    return [(name, old, new) for name, old, new in pairs if old != new]


def _page(
    asked: Asked, name: str, shown: str, changes: Sequence[tuple[str, str, str]] = ()
) -> HttpResponse:
    return asked.visit.page(
        f"invoices/settings/{name}.html",
        asked.held.account,
        paying=asked.held,
        way=asked.held.ways[asked.coverage],
        form=asked.form,
        shown=shown,
        changes=changes,
        back=address_of(asked.held.account, PAGE),
    )
