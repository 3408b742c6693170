"""The shared parts of all pages as template tags. `/parts/` shows each in all its states."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BaseForm
from django.template import Context
from django.utils.translation import gettext as _

from billing_portal.common.parts import charts
from billing_portal.common.parts.figures import day, instant, percent, places_of, plain
from billing_portal.common.parts.months import MonthChoice
from billing_portal.common.parts.shapes import (
    Change,
    Event,
    Point,
    Share,
    Step,
    Switch,
    Tab,
    Words,
)

register = template.Library()


@register.inclusion_tag("includes/page_header.html", takes_context=True)
def page_header(
    context: Context,
    title: Words,
    *,
    eyebrow: Words = "",
    lead: Words = "",
    switches: Sequence[Switch] = (),
    months: MonthChoice | None = None,
    actions: str = "",
) -> dict[str, Any]:
    """The head of a page: title, account, coverage switch, month picker, actions.

    The account switch stands where `eyebrow` would, if the page has `accounts` to choose from.
    `actions` names a template with buttons, drawn with the whole context of the page.
    """
    page: dict[str, Any] = dict(context.flatten())  # type: ignore[arg-type]
    return page | {
        "title": title,
        "eyebrow": eyebrow,
        "lead": lead,
        "switches": switches,
        "months": months,
        "actions": actions,
    }


@register.inclusion_tag("includes/stat.html")
def stat(
    label: Words,
    value: Any,
    *,
    unit: Words = "",
    note: Words = "",
    change: Change | None = None,
    url: str = "",
    kind: str = "",
) -> dict[str, Any]:
    """One figure. `kind` is "closed" (final), "temporary" or "proposed" (may change), or ""."""
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "note": note,
        "change": change,
        "url": url,
        "kind": kind,
    }


@register.inclusion_tag("includes/notice.html")
def notice(
    text: Words, *, kind: str = "info", heading: Words = "", url: str = "", link: Words = ""
) -> dict[str, Any]:
    """Something to know: "info", "success", "warning" or "problem", and what to do about it."""
    return {"text": text, "kind": kind, "heading": heading, "url": url, "link": link}


@register.inclusion_tag("includes/empty.html")
def empty(title: Words, text: Words, *, url: str = "", link: Words = "") -> dict[str, Any]:
    """Why there is nothing, when there will be, and what to do."""
    return {"title": title, "text": text, "url": url, "link": link}


@register.inclusion_tag("includes/tabs.html")
def tabs(entries: Sequence[Tab], *, label: Words) -> dict[str, Any]:
    """Views of one thing, each with an address of its own. `label` names them together."""
    return {"tabs": entries, "label": label}


@register.inclusion_tag("includes/timeline.html")
def timeline(events: Sequence[Event], *, label: Words) -> dict[str, Any]:
    """What happened, in the order given."""
    return {"events": events, "label": label}


@register.inclusion_tag("includes/progress.html")
def progress(done: int, *, label: Words) -> dict[str, Any]:
    """How far a work is, in per cent."""
    return {"percent": done, "label": label}


@register.inclusion_tag("includes/explain.html")
def explain(steps: Sequence[Step], *, label: Words) -> dict[str, Any]:
    """How an amount came about, as a list of small equations."""
    return {"steps": steps, "label": label}


@register.inclusion_tag("includes/chart_days.html")
def day_chart(
    points: Sequence[Point],
    *,
    label: Words,
    unit: Words = "",
    now: Words = "",
    before: Words = "",
    table: bool = True,
) -> dict[str, Any]:
    """Bars by day, with a line for the month before if the points have one.

    `label` says what is drawn ("Net of each day"), `now` and `before` name the months. The figures
    are also there as a table, unless the page has one already.
    """
    drawing = charts.days(points)
    return {
        "drawing": drawing,
        "points": points,
        "height": charts.HEIGHT,
        "label": label,
        "unit": unit,
        "now": now,
        "before": before if drawing.lines else "",
        "table": table,
    }


@register.inclusion_tag("includes/chart_shares.html")
def share_chart(shares: Sequence[Share], *, label: Words, unit: Words = "") -> dict[str, Any]:
    """One bar of the pieces of a whole, the largest first; its legend is the table behind it."""
    pieces = charts.pieces(shares, _("Other"))
    return {
        "pieces": pieces,
        "width": charts.BAND,
        "label": label,
        "unit": unit,
        "places": places_of([piece.share.value for piece in pieces]),
    }


@register.inclusion_tag("includes/sparkline.html")
def sparkline(values: Sequence[Decimal | int], *, label: Words) -> dict[str, Any]:
    """A line as small as a word, for a cell whose row has the figures; nothing below two values."""
    if len(values) < 2:
        return {}
    return {
        "line": charts.spark(values),
        "width": charts.SPARK_WIDTH,
        "height": charts.SPARK_HEIGHT,
        "label": label,
        "first": Decimal(values[0]),
        "last": Decimal(values[-1]),
        "highest": Decimal(max(values)),
    }


@register.inclusion_tag("includes/kept_parameters.html", takes_context=True)
def kept_parameters(context: Context, *left_out: str) -> dict[str, Any]:
    """The parameters of the address as hidden fields of a GET form, but for these."""
    query = context["request"].GET
    kept = [(name, value) for name in query for value in query.getlist(name)]
    return {"kept": [(name, value) for name, value in kept if name not in left_out]}


@register.filter
def moment(when: date) -> str:
    """An instant with its time in UTC, a day without."""
    return instant(when) if isinstance(when, datetime) else day(when)


@register.filter
def change_words(change: Change) -> str:
    """+12.3% compared with September 2026."""
    than = {"than": change.than}
    if change.direction == "new":
        return _("Nothing in %(than)s") % than
    if change.direction == "same" or change.percent is None:
        return _("The same as in %(than)s") % than
    sign = "+" if change.percent > 0 else ""
    shown = {"change": f"{sign}{percent(change.percent)}", **than}
    if change.direction == "more":
        return _("%(change)s, more than in %(than)s") % shown
    return _("%(change)s, less than in %(than)s") % shown


@register.inclusion_tag("includes/kept_parameters.html", takes_context=True)
def kept_besides(context: Context, form: BaseForm) -> dict[str, Any]:
    """What the address holds besides the fields of this form, so that filtering keeps it."""
    query = context["request"].GET
    fields = tuple(form[name].html_name for name in form.fields)
    kept = [
        (name, value)
        for name in query
        if name not in {"page", "format"} and not name.startswith(fields)
        for value in query.getlist(name)
    ]
    return {"kept": kept}


@register.simple_tag
def chart_words(
    drawing: charts.Days,
    points: Sequence[Point],
    label: Words,
    unit: Words,
    before: Words,
) -> str:
    """What the chart shows, for those who do not see it."""
    top = drawing.highest
    if top is None or top.value is None:
        return str(label)
    words = _("%(label)s from %(first)s to %(last)s, highest %(amount)s %(unit)s on %(day)s.") % {
        "label": label,
        "first": day(points[0].day),
        "last": day(points[-1].day),
        "amount": plain(top.value),
        "unit": unit,
        "day": day(top.day),
    }
    if before:
        words += " " + _("A line shows %(before)s.") % {"before": before}
    return words


@register.simple_tag(takes_context=True)
def address(context: Context, *changes: Any) -> str:
    """This address with other parameters: name, value, name, value …; "" takes one out."""
    query = context["request"].GET.copy()
    query.pop("format", None)
    for name, value in zip(changes[::2], changes[1::2], strict=True):
        if value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"
