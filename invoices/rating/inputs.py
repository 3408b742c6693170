"""The inputs that each quantity rule takes, whoever writes them: a catalogue or a scenario."""

from collections.abc import Mapping
from dataclasses import dataclass

from invoices.rating.vocabulary import QuantityRule


@dataclass(frozen=True, slots=True)
class Inputs:
    """Names that a rule needs, those that it may have, and those of which it has exactly one."""

    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.one_of + self.needed + self.optional

    def named(self, names: Mapping[str, str]) -> "Inputs":
        """The same by other names."""
        parts = (self.needed, self.optional, self.one_of)
        return Inputs(*(tuple(names.get(name, name) for name in part) for part in parts))


_PLANS = ("plans", "except_plans")
INPUTS: Mapping[str, Inputs] = {
    QuantityRule.SUM: Inputs(("meters",), _PLANS),
    QuantityRule.DAYS_IN_STATUS: Inputs(("statuses",), _PLANS),
    QuantityRule.DAYS_WITH_OPTION: Inputs(("option",), _PLANS),
    QuantityRule.MONTHS_IN_STATUS: Inputs(("statuses",), _PLANS),
    QuantityRule.YEARS_IN_STATUS: Inputs(("statuses",), ("ready_plans", *_PLANS)),
    QuantityRule.TRANSITION: Inputs(("to",), ("from", *_PLANS)),
    QuantityRule.ONCE_CREATED: Inputs((), _PLANS),
    QuantityRule.HOURS_RUNNING: Inputs((), _PLANS, ("statuses", "option")),
    QuantityRule.ANY_IN_MONTH: Inputs((), ("per", "month", *_PLANS), ("meters", "option")),
    QuantityRule.FIRST_UNIT: Inputs(("statuses",), _PLANS),
    QuantityRule.ADDITIONAL_UNIT: Inputs(("statuses",), _PLANS),
    QuantityRule.PACKS: Inputs(("meters",), _PLANS),
    QuantityRule.ABOVE_ALLOWANCE: Inputs(("meters", "allowance", "period", "scope"), _PLANS),
    QuantityRule.PEAK_ACTIVE: Inputs(("statuses",), _PLANS),
    QuantityRule.DISTINCT_ACTIVE: Inputs(("statuses",), _PLANS),
    QuantityRule.CONTRACT_UNITS: Inputs(),
    QuantityRule.ROUNDED_UP: Inputs(("items",), ("unit", "units")),
    QuantityRule.FREE_TIER: Inputs(("items", "scope"), ("allowance", "allowances")),
    QuantityRule.VOLUME_DISCOUNT: Inputs(("items", "period", "borders"), ("by",)),
    QuantityRule.LONG_TERM_DISCOUNT: Inputs(("items", "contract")),
    QuantityRule.COUPON: Inputs((), ("items",)),
}
"""By rule. What they mean is said where the rule is, and in docs/rating.md."""
