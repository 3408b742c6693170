"""The banner over every page while staff look at a customer."""

from typing import Any

from django import template
from django.template import Context

from accounts.models import Account, User
from accounts.services.viewing import look_of

register = template.Library()


@register.inclusion_tag("includes/viewing.html", takes_context=True)
def viewing_banner(context: Context) -> dict[str, Any]:
    """Who looks at which account, and since when; nothing for anybody else."""
    request = context.get("request")
    session, person = getattr(request, "session", None), getattr(request, "user", None)
    look = look_of(session) if session is not None else None
    if look is None or not isinstance(person, User) or not person.is_staff:
        return {"viewed": None}
    viewed = context.get("viewing") or Account.objects.filter(pk=look.account_id).first()
    return {"viewed": viewed, "who": person, "since": look.since}
