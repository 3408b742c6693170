"""Random fleets of devices of every kind, as scenarios over the whole default catalogue."""

from typing import Any

from hypothesis import strategies as st

from tests.unit.rating.fleets import STATUSES, days, points

OPTIONS = [
    *("custom_dns", "chap_authentication", "virtual_private_gateway", "harvest", "endorse"),
    *("krypton", "vpc_peering:a", "vpc_peering:b", "virtual_interface:a", "vpn_connection:a"),
    *("fixed_global_ip", "junction", "junction_inspection", "harvest_retention"),
    "napter_audit_log",
]
REQUESTS = [
    *(("beam.request", "mqtt-mqtts"), ("funnel.request", "tcp-kinesis")),
    *(("funk.request", "http-lambda"), ("harvest.request", ""), ("harvest.export", "")),
    *(("lagoon.enabled", "maker"), ("lagoon.packs", "user-3"), ("napter.export", "")),
]
BANDS = ["s1.fast-daytime", "s1.fast-nighttime", "s1.minimum-daytime"]
BYTES = [(f"data.{way}", band) for way in ("upload", "download") for band in BANDS]
ABROAD = [(f"data.{way}", f"{to}-plan01s") for way in ("upload", "download") for to in ("us", "de")]
SMS = [("sms.delivery", ""), ("sms.submit", ""), ("ussd.request", "")]
AIR = [*REQUESTS, ("napter.access", "")]
VPG = ["canal-e", "canal-f", "direct", "door"]
Kind = tuple[str, str, list[tuple[str, str]]]
OTHERS: list[Kind] = [
    ("sigfox", "", [("sigfox.message", "platinum-jp")]),
    ("inventory_device", "", [("inventory.event", "")]),
]
KINDS: dict[str, list[Kind]] = {
    "japan": [
        ("subscriber", "plan-D", [*AIR, *BYTES, ("sms.domestic", ""), ("sms.international", "")]),
        ("subscriber", "plan-K", [*AIR, *BYTES, ("sms.domestic", "20261001")]),
        ("subscriber", "plan-KM1", [*AIR, *BYTES]),
        *OTHERS,
        *(("vpg", f"vpg-{plan}-japan", REQUESTS[:1]) for plan in VPG),
        *(("lora_gateway", plan, REQUESTS[:1]) for plan in ("lora-owned", "lora-shared")),
        *(("thing", f"device-{plan}", REQUESTS) for plan in ("pro", "standard", "distinct")),
    ],
    "global": [
        ("subscriber", "plan01s", [*AIR, *SMS, *ABROAD]),
        ("subscriber", "plan01s-LDV", [*AIR, *SMS]),
        *OTHERS,
        *(("vpg", f"vpg-{plan}-global", REQUESTS[:1]) for plan in VPG),
    ],
}
"""Kinds of device with a plan of theirs, and what they use."""
COUPONS = ["chargeCoupon", "dataTrafficCoupon", "soracomBeamRequestCoupon", "soracomEndorseCoupon"]
QUANTITIES = st.sampled_from([1, 40_000, 127 * 1024, 250_000, 1024**2, 11 * 1024**3])


@st.composite
def devices(draw: st.DrawFn, coverage: str, place: int) -> tuple[dict[str, Any], list[Any]]:
    """A device, and rows of usage."""
    kind, plan, meters = draw(st.sampled_from(KINDS[coverage]))
    device = {
        "id": f"d{place}",
        "kind": kind,
        "statuses": draw(points(st.sampled_from(STATUSES))),
        "options": draw(points(st.sampled_from(OPTIONS), st.booleans())),
        **({"plans": [["2010-01-01T00:00:00Z", plan]]} if plan else {}),
    }
    row = st.builds(
        lambda day, meter, quantity: {
            "device": device["id"],
            "day": day,
            "meter": meter[0],
            "variant": meter[1],
            "quantity": quantity,
        },
        *(days, st.sampled_from(meters), QUANTITIES),
    )
    return device, draw(st.lists(row, min_size=2, max_size=8))


coupons = st.lists(
    st.fixed_dictionaries(
        {
            "code": st.sampled_from(["A", "B", "C"]),
            "item": st.sampled_from(COUPONS),
            "balance": st.sampled_from(["1", "37.25", "1000", "0.000000000000000000000001"]),
            "purchased": st.sampled_from(["2026-01", "2026-02"]),
        }
    ),
    max_size=3,
    unique_by=lambda row: row["code"],
)
contracts = st.builds(
    lambda units, since: {"item": "longTermBasicCharge", "units": units, "since": since},
    *(st.integers(1, 3), st.sampled_from(["2025-11-30", "2026-10-15"])),
)


@st.composite
def documents(draw: st.DrawFn, *, coverage: str = "") -> dict[str, Any]:
    """Up to five devices of any kind, with coupons and contracts; the catalogue has all prices."""
    coverage = coverage or draw(st.sampled_from(["japan", "global"]))
    fleet = [draw(devices(coverage, place)) for place in range(draw(st.integers(1, 5)))]
    return {
        "month": "2026-10",
        "coverage": coverage,
        "devices": [device for device, _usage in fleet],
        "usage": [row for _device, usage in fleet for row in usage],
        "contracts": draw(st.lists(contracts, max_size=2)) if coverage == "japan" else [],
        "coupons": draw(coupons),
    }
