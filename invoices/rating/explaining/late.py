"""Lines that no fact of the month leads to: corrections of closed months, and carried credit."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from billing_portal.common.money import CONTEXT
from billing_portal.common.periods import Month
from invoices.rating.explaining.lines import Line, explain
from invoices.rating.explaining.written import Content, number


@dataclass(frozen=True, slots=True)
class Billed:
    """What the closed bills before charged under one line, and the months of these bills."""

    quantity: Decimal
    amount: Decimal
    months: tuple[Month, ...]


def billed(lines: Iterable[tuple[Month, Line]], like: Line) -> Billed:
    """Add up the lines of the same unit price; what was taken back counts with a minus."""
    quantity, amount, months = Decimal(0), Decimal(0), []
    for month, line in lines:
        if line.unit_price.copy_abs() == like.unit_price.copy_abs():
            quantity = CONTEXT.add(quantity, _signed(line))
            amount = CONTEXT.add(amount, line.amount)
            months.append(month)
    return Billed(quantity, amount, tuple(dict.fromkeys(months)))


def correction(line: Line, before: Billed, *, month: Month) -> Content:
    """The explanation of a delta line: one step from what was billed to what is right."""
    [content] = explain([line], None)
    step = {
        "step": "correction",
        "month": month.iso,
        "bills": [each.iso for each in before.months],
        "billed": {"quantity": number(before.quantity), "amount": number(before.amount)},
        "right": {
            "quantity": number(CONTEXT.add(before.quantity, _signed(line))),
            "amount": number(CONTEXT.add(before.amount, line.amount)),
        },
        "quantity": number(line.quantity),
    }
    return content | {"in_depth": True, "steps": [step, *content["steps"]]}


def credit(line: Line, *, before: Month | None) -> Content:
    """The explanation of a line of credit (rules.md Q32): the bill would be below zero, or the bill
    of the month `before` was.
    """
    [content] = explain([line], None)
    step = {
        "step": "credit_carried_forward" if before is None else "credit_brought_forward",
        "amount": number(line.amount),
        "quantity": number(line.quantity),
    }
    told = step if before is None else step | {"month": before.iso}
    return content | {"in_depth": True, "steps": [told, *content["steps"]]}


def _signed(line: Line) -> Decimal:
    return line.quantity.copy_negate() if line.unit_price < 0 else line.quantity
