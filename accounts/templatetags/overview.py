"""What needs somebody, for the first page of the staff."""

from typing import Any

from django import template
from django.template import Context

from billing_portal.common import clock
from billing_portal.common.staff.parts import needs_for

register = template.Library()

LEVELS = ("problem", "warning", "info")


@register.inclusion_tag("admin/needs.html", takes_context=True)
def needs(context: Context) -> dict[str, Any]:
    """Each thing that waits, with its count and the way there; one query for each kind."""
    now = clock.now()
    needed = sorted(needs_for(context["request"]), key=lambda need: LEVELS.index(need.level))
    found = [(need, need.count(now)) for need in needed]
    return {
        "needs": [
            {
                "kind": need.level,
                "text": need.text(count) % {"count": count},
                "url": need.address(now),
            }
            for need, count in found
            if count
        ],
        "asked": bool(found),
    }
