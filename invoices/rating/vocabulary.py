"""The closed sets of words of catalogue, bills and documents."""

from enum import StrEnum


class QuantityRule(StrEnum):
    """How the quantity of an item comes from usage facts (design.md §5)."""

    SUM = "sum"
    DAYS_IN_STATUS = "days_in_status"
    DAYS_WITH_OPTION = "days_with_option"
    FREE_TIER = "free_tier"


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
    CLOSED = "closed"
    PARKED = "parked"
