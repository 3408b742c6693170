"""Any order and delay of the same facts gives the same months on all bills together, line by line.

Random fleets under every rule: what is known at each close grows, bills correct what is closed and
correct their corrections, credit is carried. In the end each month is as if all had been in time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from billing_portal.common.money import CONTEXT
from billing_portal.common.periods import Month
from invoices.rating import deltas, registry
from invoices.rating.bundle import Bundle
from invoices.rating.deltas import CREDITS, FORWARD
from invoices.rating.frames import Table
from invoices.rating.scenarios import ACCOUNT, read
from invoices.services.bills.carrying import carried
from invoices.services.bills.shards import RatedAccount, rate_again
from tests.unit.rating import catalogues

Document = dict[str, Any]
Known = Callable[[object], bool]
MONTHS = [Month(2026, 9).plus(number) for number in range(1, 5)]
HISTORIES = ("statuses", "plans", "options")
ACTIVE, GONE = ["2026-09-30T00:00:00Z", "active"], ["2026-09-30T00:00:01Z", "terminated"]
CURRENCY = "USD"


@settings(max_examples=5, phases=[Phase.reuse, Phase.generate])
@given(catalogues.documents(with_coupons=True), st.integers(0, 2**32))
def test_late_facts_give_the_same_months_line_by_line(document: Document, seed: int) -> None:
    dice = Random(seed)
    everything = _over_all_months(document, dice)
    bills = _billed(everything, dice)
    details = [bill.detail.table for bill in bills]
    in_time = [_bundle(everything, month) for month in MONTHS]
    for month, made_from in zip(MONTHS, in_time, strict=True):
        expected = deltas.billed([rate_again(made_from).detail.table], month)
        assert _added_up(deltas.billed(details, month)) == _added_up(expected)
    still_carried = _credit(bills[-1:], only={FORWARD})
    assert _credit(bills, only=CREDITS) == still_carried


def _over_all_months(document: Document, dice: Random) -> Document:
    """The same usage over all months. Half of the fleets were gone all the time: that is credit."""
    usage = [
        row | {"day": f"{dice.choice(MONTHS)}-{min(int(row['day'][-2:]), 30):02}"}
        for row in document["usage"]
    ]
    gone = {"statuses": [ACTIVE, GONE]} if dice.random() < 0.5 else {}
    devices = [device | gone for device in document["devices"]]
    return document | {"through": "2027-12-31", "usage": usage, "devices": devices}


def _billed(document: Document, dice: Random) -> list[RatedAccount]:
    """The bill of each month, made from what is known when it is closed."""
    bills: list[RatedAccount] = []
    arrival: dict[str, int] = {}
    for number, month in enumerate(MONTHS):

        def known(fact: object, number: int = number) -> bool:
            return arrival.setdefault(repr(fact), dice.randrange(len(MONTHS))) <= number

        told = _known(document, known, dice)
        details = [bill.detail.table for bill in bills]
        late = [_difference(told, old, details) for old in MONTHS[:number]]
        bills.append(_bill(_bundle(told, month), [*late, *_brought(bills, month)]))
    return bills


def _known(document: Document, known: Known, dice: Random) -> Document:
    """What came so far, in any order."""

    def some(facts: Sequence[Any], where: str = "") -> list[Any]:
        kept = [fact for fact in facts if known((where, fact))]
        return dice.sample(kept, len(kept))

    devices = [
        device | {name: some(device[name], f"{device['id']} {name}") for name in HISTORIES}
        for device in document["devices"]
    ]
    usage, contracts = some(document["usage"]), some(document["contracts"])
    return document | {"devices": devices, "usage": usage, "contracts": contracts}


def _bundle(document: Document, month: Month) -> Bundle:
    scenario = read(document | {"month": month.iso})
    rules = registry.in_force(month).versions()
    return Bundle(ACCOUNT, scenario.frames, scenario.tariff, scenario.days, rules)


def _difference(told: Document, month: Month, details: Iterable[Table]) -> Table:
    right = deltas.billed([rate_again(_bundle(told, month)).detail.table], month)
    found: Table = deltas.difference(right, deltas.billed(details, month))
    return found


def _bill(made_from: Bundle, late: Iterable[Table]) -> RatedAccount:
    account = rate_again(made_from.with_deltas(deltas.table(ACCOUNT, late)))
    return carried(account, unit=CURRENCY) if account.sums.net < 0 else account


def _brought(bills: Sequence[RatedAccount], month: Month) -> Iterator[Table]:
    """The credit that the last bill carries forward."""
    owed = [item for bill in bills[-1:] for item in bill.sums.items if item.code == FORWARD]
    amounts = {tax: amount.copy_negate() for tax, amount in deltas.by_tax(owed).items()}
    yield deltas.credit(deltas.BACKWARD, amounts, month=month, unit=CURRENCY)


def _added_up(lines: Table) -> Counter[object]:
    """Quantities by all that makes lines alike; what is taken back counts with a minus."""
    found: Counter[object] = Counter()
    for *alike, price, quantity in lines.select(*deltas.SAME, "unit_price", "quantity").rows():
        if price:
            found[*alike, abs(price)] += int(quantity if price > 0 else -quantity)
    return Counter({key: quantity for key, quantity in found.items() if quantity})


def _credit(bills: Iterable[RatedAccount], *, only: Iterable[str]) -> Decimal:
    found = Decimal(0)
    for bill in bills:
        for item in bill.sums.items:
            found = CONTEXT.add(found, item.amount) if item.code in only else found
    return found
