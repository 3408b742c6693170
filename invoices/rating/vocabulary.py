"""The closed sets of words of catalogue, bills and documents."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from billing_portal.common.money import Currency
from usage.metering.vocabulary import Coverage

CURRENCY: Mapping[str, Currency] = MappingProxyType(
    {Coverage.JAPAN: Currency.JPY, Coverage.GLOBAL: Currency.USD}
)
"""What each coverage is billed in."""


class QuantityRule(StrEnum):
    """How the quantity of an item comes from usage facts (design.md §5)."""

    SUM = "sum"
    DAYS_IN_STATUS = "days_in_status"
    DAYS_WITH_OPTION = "days_with_option"
    MONTHS_IN_STATUS = "months_in_status"
    YEARS_IN_STATUS = "years_in_status"
    TRANSITION = "transition"
    ONCE_CREATED = "once_created"
    HOURS_RUNNING = "hours_running"
    ANY_IN_MONTH = "any_in_month"
    FIRST_UNIT = "first_unit"
    ADDITIONAL_UNIT = "additional_unit"
    PACKS = "packs"
    ABOVE_ALLOWANCE = "above_allowance"
    PEAK_ACTIVE = "peak_active"
    DISTINCT_ACTIVE = "distinct_active"
    CONTRACT_UNITS = "contract_units"
    ROUNDED_UP = "rounded_up"
    FREE_TIER = "free_tier"
    VOLUME_DISCOUNT = "volume_discount"
    LONG_TERM_DISCOUNT = "long_term_discount"
    COUPON = "coupon"


class PriceKind(StrEnum):
    """How the quantity of a price row comes to an amount (docs/rating.md)."""

    FLAT = "flat"
    GRADUATED = "graduated"
    VOLUME = "volume"
    PACKAGE = "package"


class Category(StrEnum):
    """What group of the bill an item belongs to."""

    BASIC = "basic"
    DATA = "data"
    MESSAGE = "message"
    OPTION = "option"
    NETWORK = "network"
    APPLICATION = "application"
    DISCOUNT = "discount"


class Region(StrEnum):
    """Where an item exists."""

    ALL = "all"
    JAPAN = "japan"
    GLOBAL = "global"


class TaxCategory(StrEnum):
    STANDARD = "standard"
    REDUCED = "reduced"
    OUT_OF_SCOPE = "out_of_scope"


class BillState(StrEnum):
    """`temporary`: recalculated daily. `proposed`: complete. `closed`: for ever."""

    TEMPORARY = "temporary"
    PROPOSED = "proposed"
    CLOSED = "closed"


class ItemState(StrEnum):
    """Where one account of a billing run stands."""

    PENDING = "pending"
    PROPOSED = "proposed"
    APPROVED = "approved"
    CLOSED = "closed"
    PARKED = "parked"
