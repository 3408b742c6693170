"""What the pages of devices say and offer about device plans, which only this room knows."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account
from billing_portal.common.money import plain
from billing_portal.common.parts.figures import number
from invoices.pdf.figures import percent
from invoices.rating.vocabulary import PriceKind, QuantityRule
from invoices.selectors.plan_standing import on_device_plans
from invoices.selectors.plans import Offer, Tier, device_plans
from invoices.services.plans.devices import SWITCHED
from usage.models import DeviceNow

register = template.Library()


@register.inclusion_tag("invoices/plans/switch_button.html")
def plan_switch(row: DeviceNow, *, may: bool) -> dict[str, Any]:
    """The button that switches one device, if it is on a device plan and may be switched."""
    offered = may and row.status in SWITCHED and row.plan_id in device_plans()
    return {"row": row if offered else None}


@register.inclusion_tag("invoices/plans/switch_buttons.html")
def plan_switches(account: Account) -> dict[str, Any]:
    """The buttons that switch many devices, if the account has any on a device plan."""
    return {"account": account, "offered": on_device_plans(accounts=[account.pk]).exists()}


@register.inclusion_tag("invoices/plans/add_button.html")
def plan_add(account: Account) -> dict[str, Any]:
    """The way to add a device, if the catalogue has device plans at all."""
    return {"account": account, "offered": bool(device_plans())}


@register.filter
def tax_rate(offer: Offer) -> str:
    """10%: as documents write it."""
    return percent(plain(offer.tax_rate))


@register.simple_tag
def counted(offer: Offer) -> str:
    """Which number of devices a plan charges."""
    if offer.rule == QuantityRule.DISTINCT_ACTIVE:
        return _("All devices that were active in the month")
    return _("The most devices that were active at once")


@register.simple_tag
def tier_words(offer: Offer, tier: Tier) -> str:
    """Which devices a price is for: all of them, or those of a tier."""
    if offer.price_kind == PriceKind.PACKAGE:
        text = ngettext("for %(size)s device", "for %(size)s devices, begun ones too", offer.size)
        return text % {"size": number(offer.size)}
    if len(offer.tiers) == 1:
        return _("each")
    place = offer.tiers.index(tier)
    before = offer.tiers[place - 1].up_to if place else 0
    said = {"first": number((before or 0) + 1), "last": number(tier.up_to or 0)}
    if offer.price_kind == PriceKind.VOLUME:
        text = _("all, if %(first)s to %(last)s") if tier.up_to else _("all, if %(first)s or more")
    else:
        text = _("%(first)s to %(last)s") if tier.up_to else _("from %(first)s on")
    return text % said
