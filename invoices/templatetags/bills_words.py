"""What the figures of a bill are, in words."""

from babel.dates import format_date
from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing_portal.common.parts.figures import day, month_name, plain
from billing_portal.common.parts.shapes import Change
from billing_portal.common.periods import Month, day_compact
from invoices.choices import BillState, unit_word
from invoices.models import Bill, BillItem, Price
from invoices.selectors.overview import Running
from invoices.tables.columns import about, broken

register = template.Library()


@register.simple_tag
def counted(bill: Bill) -> str:
    """Whether a bill is final, and if not, up to which day it is counted (rules.md Q30), and what
    it leaves out (Q31).
    """
    if bill.state == BillState.CLOSED:
        return _("Final")
    if bill.through is None:
        return _("Preliminary, no day is over yet")
    said = _("Preliminary, counted through %(day)s UTC") % {"day": day(bill.through)}
    if not bill.one_off:
        return said
    return _("%(counted)s. Plus one-off charges so far: %(amount)s %(currency)s, net.") % {
        "counted": said,
        "amount": plain(bill.one_off),
        "currency": bill.currency,
    }


@register.simple_tag
def same_days(running: Running) -> Change | None:
    """The running month against the same days of the last one; None where there is none."""
    change = running.change
    if change is None or running.last is None:
        return None
    than = _("%(month)s, days 1 to %(day)s (net)") % {
        "month": month_name(running.last.month),
        "day": change.last_day.day,
    }
    return Change.between(change.now, change.then, than)


@register.simple_tag
def item_name(name: str) -> SafeString:
    """A billing name that may break between its words."""
    return broken(name)


@register.filter
def item_title(item: BillItem) -> str:
    """What an item is called on invoices in the language of the page."""
    title = item.title_ja if get_language() == "ja" else item.title_en
    return title or item.code


@register.simple_tag
def quoted(price: Price, currency: str) -> str:
    """A price as it was quoted: "9 JPY / 10,000 requests", "≤ 100: 0.06 USD, > 100: 0.05 USD"."""
    per = f" / {price.per:,} {unit_word(price.item.unit)}" if price.per > 1 else ""
    if not price.tiers:
        return f"{plain(price.price)} {currency}{per}"
    parts, last = [], 0
    for tier in price.tiers:
        border = f"≤ {tier['up_to']:,}" if "up_to" in tier else f"> {last:,}"
        parts.append(f"{border}: {tier['price']} {currency}")
        last = tier.get("up_to", last)
    return ", ".join(parts) + per


register.filter("about", about)


@register.filter
def short_month(month: Month) -> str:
    """Oct, 10月: below the columns of a chart, whose table has the year."""
    return format_date(month.first_day, "MMM", locale=(get_language() or "en")[:2])


def written_day(written: str, month: Month) -> str:
    """A date as the detail CSV writes it, for people; what is none stays as it is.

    A date of another month is one of a closed month that is corrected (rules.md Q32).
    """
    if written == month.compact:
        return _("whole month")
    try:
        other = Month(int(written[:4]), int(written[4:6]))
    except ValueError:
        return written
    if written == other.compact:
        return month_name(other)
    return next((day(date) for date in other.days if day_compact(date) == written), written)
