"""Where the reason for which an account is parked can be mended.

Rating says its reasons in plain English sentences, kept with the item; the thing to mend is named
in them. tests/staff/test_parked_accounts_lead_to_where_they_are_mended.py holds both together.
"""

import re
from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing_portal.common.staff import page_of

Place = tuple[str | Promise, str]
"""What stands on the link, and its address."""

PLACES: tuple[tuple[str, str | Promise, Callable[[str], str]], ...] = (
    (
        r"The device (\S+) has no plan",
        _("the device"),
        lambda key: page_of("usage_device_changelist", q=key),
    ),
    (
        r"There is no price for (\S+) \(",
        _("the item and its prices"),
        lambda code: page_of("invoices_billitem_changelist", q=code),
    ),
    (
        r"counts the meter (\S+?)\.?$",
        _("a new billing item"),
        lambda _meter: page_of("invoices_billitem_add"),
    ),
    (
        r"The items (\S+) and ",
        _("the item"),
        lambda code: page_of("invoices_billitem_changelist", q=code),
    ),
    (
        r" of item (\S+) is longer",
        _("the item"),
        lambda code: page_of("invoices_billitem_changelist", q=code),
    ),
    (
        r"No \S+ tax rate of (\S+)",
        _("tax rates"),
        lambda country: page_of("invoices_taxrate_changelist", country=country),
    ),
)


def place_of(problem: Any, *, account_key: str) -> Place:
    """Where to go; the account's devices if nothing else is named."""
    what = str(problem.get("what", "")) if isinstance(problem, dict) else ""
    for pattern, label, address in PLACES:
        found = re.search(pattern, what)
        if found:
            return label, address(found[1])
    return _("the devices of the account"), page_of("usage_device_changelist", account=account_key)
