"""What API keys may do, in words."""

from django import template

from accounts.choices import Scope
from accounts.models import ApiKey

register = template.Library()


@register.filter
def scope_names(key: ApiKey) -> str:
    """Read usage, Read billing."""
    return ", ".join(str(one.label) for one in Scope if one in key.scopes)
