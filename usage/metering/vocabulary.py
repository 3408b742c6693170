"""The closed sets of words that usage facts are told in."""

from enum import StrEnum


class Coverage(StrEnum):
    """The two billing worlds of one customer (domain.md §1)."""

    JAPAN = "japan"
    GLOBAL = "global"


class DeviceKind(StrEnum):
    """Anything with an identity. Each kind has its own id column in the detail CSV."""

    SUBSCRIBER = "subscriber"
    VPG = "vpg"
    LORA_GATEWAY = "lora_gateway"
    LORA_DEVICE = "lora_device"
    SIGFOX = "sigfox"
    INVENTORY_DEVICE = "inventory_device"
    GADGET = "gadget"
    CAMERA = "camera"
    THING = "thing"


class ReportType(StrEnum):
    """How the organisation report divides things (domain.md §3)."""

    GATEWAY = "gateway"
    LWM2M = "lwm2m"
    LORA = "lora"
    GENERIC = "generic"


class Status(StrEnum):
    """What a device can be. `terminated` and `none` bear no charge."""

    NONE = "none"
    READY = "ready"
    ACTIVE = "active"
    INACTIVE = "inactive"
    SUSPENDED = "suspended"
    STANDBY = "standby"
    TERMINATED = "terminated"


class Fold(StrEnum):
    """How many records of one meter become one figure."""

    SUM = "sum"
    MAX = "max"
    LAST = "last"


class Evidence(StrEnum):
    """What a fact of a device proves about the month it lies in (rules.md Q53).

    `seen` moves Last Seen and makes it billable in the organisation report. `active` is a
    connection or registration of the device itself, which makes it active as well.
    """

    SEEN = "seen"
    ACTIVE = "active"


class Outcome(StrEnum):
    """What became of one row of intake."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    LATE = "late"
    SKIPPED = "skipped"
