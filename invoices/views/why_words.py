"""Explanations in words: every step as a small equation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing_portal.common.parts.figures import day, month_name, number, plain
from billing_portal.common.parts.shapes import Step
from billing_portal.common.periods import Month
from invoices.choices import QuantityRule, unit_word
from invoices.views.why_facts import FactTable, Row, figure, instant, status, tables
from invoices.views.why_texts import HEADS, RULES

TIERS = ("graduated", "volume", "package")
ADDED_UP = 5
"""Quantities that are written out as a sum."""


@dataclass(frozen=True, slots=True)
class Told:
    """One explained line for the page."""

    content: Mapping[str, Any]
    steps: Sequence[Step]
    tables: Sequence[FactTable]


def told(content: Mapping[str, Any], *, currency: str) -> Told:
    """The words of one explanation."""
    steps = [_step(step, content, currency) for step in content["steps"]]
    if content["price"]:
        steps.insert(_place_of_price(content["steps"]), _price(content, currency))
    return Told(content, steps, list(tables(content["facts"])))


def _place_of_price(steps: Sequence[Row]) -> int:
    """Before its tiers, else before the amount."""
    names = [step["step"] for step in steps]
    return next((place for place, name in enumerate(names) if name in TIERS), len(names) - 1)


def sentence(rule: str) -> str:
    """What a rule says, in one sentence; nothing for one that is not known here."""
    return str(RULES.get(rule, ""))


def rule_name(rule: str) -> str:
    return str(dict(QuantityRule.choices).get(rule, rule))


def _step(step: Row, content: Row, currency: str) -> Step:
    make = STEPS.get(step["step"])
    if make is not None:
        return make(step, content, currency)
    return Step(
        label=_("Counted: %(rule)s") % {"rule": rule_name(step["step"])},
        equation=_counted(content),
        result=_units(step["quantity"], content),
        why=_rule(content),
    )


def _rule(content: Row) -> str:
    item = content["item"]
    words = {"rule": item["rule"], "version": item["version"]}
    label = _("Rule %(rule)s, version %(version)s.") % words
    return f"{sentence(item['rule'])} {label}".strip()


def _units(quantity: str, content: Row) -> str:
    return f"{figure(quantity)} {unit_word(content['line']['unit'])}"


def _counted(content: Row) -> str:
    """The facts of a count in one line."""
    facts, make = content["facts"], COUNTED.get(content["item"]["rule"])
    if make is not None:
        return make(content)
    if "option" in facts:
        words = {"option": facts["option"]["option"], "since": instant(facts["option"]["since"])}
        return _("%(option)s is on since %(since)s UTC") % words
    if "status" in facts:
        held = facts["status"]
        words = {"status": status(held["status"]), "since": instant(held["since"])}
        return _("%(status)s since %(since)s UTC") % words
    return _events(facts)


def _added_up(content: Row) -> str:
    facts = content["facts"]
    rows = facts.get("usage") or facts["contracts"]
    quantities = [row.get("quantity") or row["units"] for row in rows]
    if len(quantities) <= ADDED_UP:
        return " + ".join(figure(quantity) for quantity in quantities)
    count = {"count": number(len(quantities))}
    return _("%(count)s quantities, added up") % count


def _greatest(content: Row) -> str:
    days = content["facts"]["days"]
    count = ngettext("the greatest of %(count)s day", "the greatest of %(count)s days", len(days))
    return count % {"count": number(len(days))}


def _excess(content: Row) -> str:
    """What was used on the day, less what was left of the allowance."""
    *before, used = [Decimal(row["quantity"]) for row in content["facts"]["days"]]
    left = max(Decimal(0), content["item"]["inputs"]["allowance"] - sum(before, Decimal(0)))
    return f"{plain(used)} − {plain(left)}"


def _peaks(content: Row) -> str:
    return "; ".join(_peak(peak) for peak in content["facts"]["peaks"])


def _events(facts: Row) -> str:
    for name, row in facts.items():
        if isinstance(row, list):
            text = ngettext("%(count)s fact", "%(count)s facts", len(row))
            return text % {"count": number(len(row))}
        if isinstance(row, dict):
            return f"{HEADS.get(name, name)}: {instant(row.get('at') or row['since'])} UTC"
    return ""


def _peak(peak: Row) -> str:
    return _("%(plan)s at %(at)s UTC: %(count)s devices") % {
        "plan": peak["plan"] or _("no plan"),
        "at": instant(peak["at"]),
        "count": number(len(peak["devices"])),
    }


def _price(content: Row, currency: str) -> Step:
    price = content["price"]
    words = [_("since %(day)s") % {"day": day(date.fromisoformat(price["since"]))}]
    words += [_("plan %(plan)s") % {"plan": price["plan"]}] if price["plan"] else []
    words += [_("variant %(variant)s") % {"variant": price["variant"]}] if price["variant"] else []
    quoted, version = _quoted(price), ", ".join(words)
    return Step(
        label=_("Price of %(item)s") % {"item": price["item"]},
        equation=quoted or version,
        result=_priced(price, currency),
        why=_("Version of the price: %(words)s.") % {"words": version} if quoted else "",
    )


def _priced(price: Row, currency: str) -> str:
    if "tiers" in price:
        count = ngettext("%(count)s tier", "%(count)s tiers", len(price["tiers"]))
        return count % {"count": number(len(price["tiers"]))}
    return f"{figure(price['unit_price'])} {currency}"


def _quoted(price: Row) -> str:
    if "tiers" in price:
        return "; ".join(_tier(tier) for tier in price["tiers"])
    quoted = price.get("quoted")
    if quoted is None or quoted["per"] == "1":
        return ""
    return f"{figure(quoted['price'])} / {figure(quoted['per'])}"


def _tier(tier: Row) -> str:
    words = {"price": figure(tier["price"]), "up_to": figure(tier["up_to"] or "0")}
    if tier["up_to"] is None:
        return _("above that %(price)s") % words
    return _("up to %(up_to)s: %(price)s") % words


def _graduated(step: Row, content: Row, _currency: str) -> Step:
    words = {"tier": step["tier"], "before": figure(step["before"])}
    return Step(
        label=_("Tier %(tier)s of the price") % words,
        equation=_("%(counted)s, after %(before)s before it in this month")
        % {"counted": figure(step["counted"]), "before": words["before"]},
        result=_units(step["quantity"], content),
        why=_("Each unit bears the price of the tier that it falls into, by date, then by device."),
    )


def _volume(step: Row, content: Row, currency: str) -> Step:
    return Step(
        label=_("Tier %(tier)s of the price") % {"tier": step["tier"]},
        equation=_("%(total)s in this month in all") % {"total": figure(step["total"])},
        result=f"{figure(content['steps'][-1]['unit_price'])} {currency}",
        why=_("All units bear the price of the tier that their sum falls into."),
    )


def _package(step: Row, _content: Row, _currency: str) -> Step:
    return Step(
        label=_("Started packages"),
        equation=f"{figure(step['total'])} / {figure(step['size'])}",
        result=figure(step["quantity"]),
        why=_("A package that is started counts as a whole."),
    )


def _rounded_up(step: Row, content: Row, _currency: str) -> Step:
    whole = Decimal(step["used"]) + Decimal(step["quantity"])
    return Step(
        label=_("Missing to the next billing unit of %(unit)s") % {"unit": figure(step["unit"])},
        equation=f"{plain(whole)} − {figure(step['used'])}",
        result=_units(step["quantity"], content),
        why=_rule(content),
    )


def _free_tier(step: Row, content: Row, _currency: str) -> Step:
    words = {
        "used": figure(step["used"]),
        "allowance": figure(step["allowance"]),
        "dearer": figure(step["dearer"]),
    }
    return Step(
        label=_("Free in this month: %(allowance)s") % words,
        equation=_("%(used)s used; %(dearer)s free of dearer ones before") % words,
        result=_units(step["quantity"], content),
        why=_rule(content),
    )


def _volume_discount(step: Row, content: Row, currency: str) -> Step:
    words = {"above": figure(step["above"]), "up_to": figure(step["up_to"] or "0")}
    label = _("Above %(above)s, up to %(up_to)s") if step["up_to"] else _("Above %(above)s")
    counts = len(content["facts"]["together"])
    added = ngettext(
        "what is above it in %(count)s count", "what is above it in %(count)s counts", counts
    )
    less = {"less": figure(step["less"]), "per": figure(step["per"]), "currency": currency}
    return Step(
        label=label % words,
        equation=added % {"count": number(counts)},
        result=_units(step["quantity"], content),
        why=_("%(less)s %(currency)s less for %(per)s.") % less + " " + _rule(content),
    )


def _long_term(step: Row, content: Row, _currency: str) -> Step:
    return Step(
        label=_("Taken back by contracts"),
        equation=_("up to %(pool)s on each day") % {"pool": figure(step["pool"])},
        result=_units(step["quantity"], content),
        why=_rule(content),
    )


def _coupon(step: Row, content: Row, currency: str) -> Step:
    words = {"code": step["code"], "balance": figure(step["balance"]), "currency": currency}
    return Step(
        label=_("Paid by coupon %(code)s") % words,
        equation=_("%(balance)s %(currency)s on it when the month began") % words,
        result=f"{figure(step['taken'])} {currency}",
        why=_rule(content),
    )


def _correction(step: Row, content: Row, currency: str) -> Step:
    words = {
        "month": month_name(Month.parse(step["month"])),
        "quantity": _units(step["billed"]["quantity"], content),
        "amount": f"{figure(step['billed']['amount'])} {currency}",
    }
    right = {
        "quantity": _units(step["right"]["quantity"], content),
        "amount": f"{figure(step['right']['amount'])} {currency}",
    }
    return Step(
        label=_("Correction of %(month)s, which is closed") % words,
        equation=_("billed so far: %(quantity)s, %(amount)s") % words,
        result=_("as known now: %(quantity)s, %(amount)s") % right,
        why=_(
            "Something came late for that month. It was counted again by its own prices and rules,"
            " and this line is the difference."
        ),
    )


def _credit_forward(step: Row, _content: Row, currency: str) -> Step:
    owed = figure(step["amount"])
    return Step(
        label=_("Credit carried forward"),
        equation=_("0 − (−%(amount)s), net under this tax") % {"amount": owed},
        result=f"{owed} {currency}",
        why=_("This bill would be below zero: it is 0, and the next one begins with the credit."),
    )


def _credit_brought(step: Row, _content: Row, currency: str) -> Step:
    month = month_name(Month.parse(step["month"]))
    return Step(
        label=_("Credit brought forward"),
        equation=_("carried forward by the bill of %(month)s") % {"month": month},
        result=f"{figure(step['amount'])} {currency}",
        why=_("That bill would have been below zero, and this one begins with what it owed."),
    )


def _amount(step: Row, _content: Row, currency: str) -> Step:
    return Step(
        label=_("Amount"),
        equation=f"{figure(step['quantity'])} × {figure(step['unit_price'])}",
        result=f"{figure(step['amount'])} {currency}",
        why=_("Net of tax and not rounded. Only the sums of the invoice are rounded."),
    )


COUNTED: dict[str, Callable[[Row], str]] = {
    "sum": _added_up,
    "contract_units": _added_up,
    "packs": _greatest,
    "above_allowance": _excess,
    "peak_active": _peaks,
}
STEPS: dict[str, Callable[[Row, Row, str], Step]] = {
    "graduated": _graduated,
    "volume": _volume,
    "package": _package,
    "rounded_up": _rounded_up,
    "free_tier": _free_tier,
    "volume_discount": _volume_discount,
    "long_term_discount": _long_term,
    "coupon": _coupon,
    "correction": _correction,
    "credit_carried_forward": _credit_forward,
    "credit_brought_forward": _credit_brought,
    "amount": _amount,
}
