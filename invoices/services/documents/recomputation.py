"""Every amount of a snapshot, worked out again from its exact lines by a plain second way.

It takes nothing from what composed the document: fractions and whole numbers only, rule by rule as
docs/rounding.md has them. Snapshots of the first form have fewer parts and pass as well.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from billing_portal.common.money import Currency

Values = Mapping[str, Any]
Key = tuple[str, Fraction]
Triple = tuple[int, int, int]
Round = Callable[[Fraction], int]
Left = tuple[Mapping[Key, Triple], Mapping[Key, int]]

YEN, DOLLAR = Currency.JPY.value, Currency.USD.value
MINOR = {YEN: 1, DOLLAR: 100}


def wrong_amounts(snapshot: Values, left: Left | None = None) -> list[str]:
    """Name the parts of a snapshot that do not follow from its exact lines; none is the proof.

    `left` is, for a return invoice, what of its original was not returned before: the rates, and
    the tax in JPY. Raises LookupError, ValueError, TypeError or ArithmeticError for what cannot be
    read.
    """
    checks = _checks(snapshot) if left is None else _return_checks(snapshot, left)
    return [name for name, is_right in checks if not is_right]


def _checks(snapshot: Values) -> Iterator[tuple[str, bool]]:
    rounds = _ROUNDS[snapshot["rounding"]]
    currency = snapshot["currency"]
    lines = _lines(snapshot)
    foreign = _stated(lines[DOLLAR], DOLLAR, rounds) if currency == YEN else {}
    converted = snapshot.get("conversions", [])
    yield "conversions", _are_converted(converted, foreign, snapshot.get("exchange"), rounds)
    lines[currency] += [(_key(each), _amount(each), each["printed_minor"]) for each in converted]
    own = _stated(lines[currency], currency, rounds)
    printed = [(code, *line) for code in lines for line in lines[code]]
    yield "lines", all(rounds(amount * MINOR[code]) == said for code, _, amount, said in printed)
    yield "rates", _by_key(snapshot["rates"], _triple) == own
    yield "totals", _triple(snapshot["totals"]) == _total(own.values())
    yield (
        "differences",
        _differences(snapshot)
        == {
            **_left(currency, own, lines[currency]),
            **(_left(DOLLAR, foreign, lines[DOLLAR]) if currency == YEN else {}),
        },
    )
    yield "jpy_tax", _is_tax_in_yen(snapshot, own, rounds)
    yield "amount_due_minor", _is_due(snapshot)


def _return_checks(snapshot: Values, left: Left) -> Iterator[tuple[str, bool]]:
    """R-RETURN: worked out on positive amounts, then signed; never more than was left."""
    rounds, currency = _ROUNDS[snapshot["rounding"]], snapshot["currency"]
    lines = [(_key(each), _amount(each), -each["printed_minor"]) for each in snapshot["returned"]]
    is_rest = snapshot["basis"] == "rest"
    all_left = {key: triple for key, triple in left[0].items() if any(triple)}
    own = all_left if is_rest else _stated(lines, currency, rounds)
    printed = [amount * MINOR[currency] == minor for _key, amount, minor in lines]
    yield "lines", all(printed)
    yield "rates", _by_key(snapshot["rates"], _negative) == own
    yield (
        "left",
        all(
            part <= most
            for key, triple in own.items()
            for part, most in zip(triple, left[0].get(key, (0, 0, 0)), strict=True)
        ),
    )
    yield "totals", _negative(snapshot["totals"]) == _total(own.values())
    taken = {key: -minor for key, minor in _left(currency, own, lines).items()}
    differences = {
        (each, key): minor for (each, key), minor in _differences(snapshot).items() if minor
    }
    yield "differences", differences == taken
    yield "jpy_tax", _is_return_in_yen(snapshot, own, left[1], rounds)
    yield "amount_due_minor", _is_given_back(snapshot)


def _is_return_in_yen(
    snapshot: Values, own: Mapping[Key, Triple], left: Mapping[Key, int], rounds: Round
) -> bool:
    said = snapshot["jpy_tax"]
    if said is None:
        return True
    positive = {
        **said,
        "rates": [{**rate, "tax_minor": -rate["tax_minor"]} for rate in said["rates"]],
        "tax_minor": -said["tax_minor"],
    }
    if snapshot["basis"] == "rest":
        taxes = _by_key(positive["rates"], lambda each: each["tax_minor"])
        return taxes == dict(left) and bool(positive["tax_minor"] == sum(left.values()))
    return _is_tax_in_yen({**snapshot, "jpy_tax": positive}, own, rounds)


def _is_given_back(snapshot: Values) -> bool:
    gross, points = snapshot["totals"]["gross_minor"], snapshot["points"]
    due = snapshot["amount_due_minor"]
    return bool(due == gross - points == snapshot["payable_minor"] and gross <= points <= 0)


def _negative(row: Values) -> Triple:
    return -row["net_minor"], -row["tax_minor"], -row["gross_minor"]


def _lines(snapshot: Values) -> dict[str, list[tuple[Key, Fraction, int]]]:
    """Rate, exact amount and printed amount of every line, by currency."""
    found: dict[str, list[tuple[Key, Fraction, int]]] = {YEN: [], DOLLAR: []}
    for section in snapshot["sections"]:
        found[section["currency"]] += [
            (_key(line), _amount(line), line["printed_minor"]) for line in section["lines"]
        ]
    for fee in snapshot.get("fees", []):
        found[YEN].append((_key(fee), _amount(fee), fee["printed_minor"]))
    return found


def _stated(
    lines: Iterable[tuple[Key, Fraction, int]], currency: str, rounds: Round
) -> dict[Key, Triple]:
    """R-RATE: net, tax and gross of each rate, in minor units."""
    sums: dict[Key, Fraction] = defaultdict(Fraction)
    for key, amount, _printed in lines:
        sums[key] += amount
    stated = {}
    for key, net in sums.items():
        rate = key[1]
        gross = rounds(net * (1 + rate) * MINOR[currency])
        tax = rounds(gross * rate / (1 + rate))
        stated[key] = gross - tax, tax, gross
    return stated


def _are_converted(
    said: Iterable[Values], foreign: Mapping[Key, Triple], exchange: Values | None, rounds: Round
) -> bool:
    """R-MERGED: the printed net of each rate in USD at the exchange rate that is named."""
    if not foreign or exchange is None:
        return not foreign and not said
    rate = Fraction(exchange["rate"])
    amounts = {key: Fraction(net, 100) * rate for key, (net, _tax, _gross) in foreign.items()}
    return {
        _key(each): (each["net_minor"], _amount(each), each["printed_minor"]) for each in said
    } == {key: (foreign[key][0], amount, rounds(amount)) for key, amount in amounts.items()}


def _left(
    currency: str, stated: Mapping[Key, Triple], lines: Iterable[tuple[Key, Fraction, int]]
) -> dict[tuple[str, Key], int]:
    """R-DIFFERENCE: what separates printed lines from the stated net."""
    left = {key: net for key, (net, _tax, _gross) in stated.items()}
    for key, _amount, printed in lines:
        left[key] -= printed
    return {(currency, key): minor for key, minor in left.items() if minor}


def _differences(snapshot: Values) -> dict[tuple[str, Key], int]:
    return {
        (each.get("currency", snapshot["currency"]), _key(each)): each["minor"]
        for each in snapshot["differences"]
    }


def _is_tax_in_yen(snapshot: Values, own: Mapping[Key, Triple], rounds: Round) -> bool:
    """R-JPY-TAX: the tax of a document in USD, by the method that is named."""
    said = snapshot.get("jpy_tax")
    if said is None:
        return True
    rate = Fraction(snapshot["exchange"]["rate"])
    method, found = said["method"], {}
    for key, (net, _tax, gross) in own.items():
        share = key[1] if method in "13" else key[1] / (1 + key[1])
        base = Fraction(net if method in "13" else gross, 100) * rate
        if said["round_converted"] and method in "12":
            base = Fraction(rounds(base))
        if key[1]:
            found[key] = rounds(base * share)
    said_taxes = _by_key(said["rates"], lambda each: each["tax_minor"])
    return said_taxes == found and bool(said["tax_minor"] == sum(found.values()))


def _is_due(snapshot: Values) -> bool:
    gross, points = snapshot["totals"]["gross_minor"], snapshot.get("points", 0)
    due = snapshot["amount_due_minor"]
    carried = sum(each["minor"] for each in snapshot.get("carried_over", []))
    is_paid_right = due == gross - points and 0 <= points <= gross
    return (
        is_paid_right
        and (points == 0 or snapshot["currency"] == YEN)
        and bool(snapshot.get("carried_over_minor", 0) == carried)
        and bool(snapshot.get("payable_minor", due) == due + carried)
    )


def _by_key(rows: Iterable[Values], value: Callable[[Values], Any]) -> dict[Key, Any]:
    return {_key(row): value(row) for row in rows}


def _key(row: Values) -> Key:
    return row["tax_category"], Fraction(row["rate"])


def _amount(row: Values) -> Fraction:
    return Fraction(row["amount"])


def _triple(row: Values) -> Triple:
    return row["net_minor"], row["tax_minor"], row["gross_minor"]


def _total(stated: Iterable[Triple]) -> Triple:
    net = tax = gross = 0
    for one in stated:
        net, tax, gross = net + one[0], tax + one[1], gross + one[2]
    return net, tax, gross


def _up(amount: Fraction) -> int:
    return -(-amount.numerator // amount.denominator)


def _down(amount: Fraction) -> int:
    return amount.numerator // amount.denominator


def _half_up(amount: Fraction) -> int:
    away = _down(abs(amount) + Fraction(1, 2))
    return away if amount >= 0 else -away


_ROUNDS: Mapping[str, Round] = {"up": _up, "down": _down, "half_up": _half_up}
