"""What the pages of the staff share."""

from billing_portal.common.staff.acting import Act, Acting
from billing_portal.common.staff.asking import ask
from billing_portal.common.staff.filters import MonthFilter, TypedFilter, days, typed_text
from billing_portal.common.staff.forms import ActForm
from billing_portal.common.staff.pages import (
    Admin,
    Inline,
    KeptAdmin,
    OnceList,
    ReadOnlyAdmin,
    ReadOnlyInline,
    Styled,
    amount,
    exactly,
    link,
    names_of,
    page_of,
    person,
)
from billing_portal.common.staff.parts import ACCOUNT_FACTS, NEEDS, Fact, Need

__all__ = [
    "ACCOUNT_FACTS",
    "NEEDS",
    "Act",
    "ActForm",
    "Acting",
    "Admin",
    "Fact",
    "Inline",
    "KeptAdmin",
    "MonthFilter",
    "Need",
    "OnceList",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "Styled",
    "TypedFilter",
    "amount",
    "ask",
    "days",
    "exactly",
    "link",
    "names_of",
    "page_of",
    "person",
    "typed_text",
]
