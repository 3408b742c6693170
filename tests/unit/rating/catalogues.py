"""Random fleets under items of every rule, as scenario documents that bring all they need."""

from typing import Any

from hypothesis import strategies as st

from tests.unit.rating.fleets import PLANS, STATUSES, days, points

ALIVE = ["active", "inactive"]
KINDS = ["subscriber", "vpg"]
METERS = ["data", "events", "licences", "requests", "exports"]
ITEMS: list[dict[str, Any]] = [
    {"code": "data", "name": "data-{variant}", "rule": "sum", "inputs": {"meters": ["data"]}},
    {
        "code": "days",
        "rule": "days_in_status",
        "inputs": {"statuses": ALIVE, "except_plans": ["plan-b"]},
    },
    {
        "code": "flat",
        "rule": "months_in_status",
        "inputs": {"statuses": ALIVE, "plans": ["plan-a"]},
    },
    {
        "code": "years",
        "rule": "years_in_status",
        "inputs": {"statuses": ["suspended", "standby"], "ready_plans": ["plan-b"]},
    },
    {"code": "suspended", "rule": "transition", "inputs": {"to": ["suspended"]}},
    {
        "code": "woken",
        "rule": "transition",
        "inputs": {"from": ["suspended", "standby"], "to": ALIVE},
    },
    {"code": "set-up", "rule": "once_created", "device_kind": "vpg"},
    {"code": "hours", "rule": "hours_running", "inputs": {"statuses": ALIVE}},
    {
        "code": "links",
        "rule": "hours_running",
        "inputs": {"option": "link"},
        "tax_category": "reduced",
    },
    {
        "code": "events",
        "rule": "any_in_month",
        "inputs": {"meters": ["events"]},
        "tax_category": "out_of_scope",
    },
    {
        "code": "once",
        "name": "once-{variant}",
        "rule": "any_in_month",
        "inputs": {"meters": ["events"], "per": "account"},
    },
    {"code": "begun", "rule": "any_in_month", "inputs": {"option": "key", "month": "first"}},
    {"code": "kept", "rule": "any_in_month", "inputs": {"option": "key", "month": "later"}},
    {"code": "first", "rule": "first_unit", "inputs": {"statuses": ALIVE}},
    {"code": "more", "rule": "additional_unit", "inputs": {"statuses": ALIVE}},
    {"code": "licences", "rule": "packs", "inputs": {"meters": ["licences"]}},
    {
        "code": "requests",
        "rule": "above_allowance",
        "inputs": {"meters": ["requests"], "allowance": 5, "period": "day", "scope": "device"},
    },
    {
        "code": "exports",
        "rule": "above_allowance",
        "inputs": {"meters": ["exports"], "allowance": 9, "period": "month", "scope": "account"},
    },
    {
        "code": "peak",
        "name": "peak-{variant}",
        "rule": "peak_active",
        "inputs": {"statuses": ["active"]},
    },
    {"code": "distinct", "rule": "distinct_active", "inputs": {"statuses": ["active"]}},
    {
        "code": "rest",
        "name": "rest-{variant}",
        "rule": "rounded_up",
        "inputs": {"items": ["data"], "unit": 8, "units": {"us": 10}},
    },
    {
        "code": "free",
        "rule": "free_tier",
        "inputs": {"items": ["data", "rest"], "allowance": 12, "scope": "device"},
    },
    {
        "code": "free-hours",
        "rule": "free_tier",
        "inputs": {
            "items": ["hours", "once"],
            "allowance": 2,
            "allowances": {"plan-a": 30, "plan-b": 7},
            "scope": "device",
        },
    },
    {"code": "pool", "rule": "contract_units"},
    {
        "code": "in-pool",
        "rule": "long_term_discount",
        "inputs": {"items": ["days"], "contract": "pool"},
    },
    {
        "code": "many-days",
        "rule": "volume_discount",
        "inputs": {
            "items": ["days"],
            "period": "day",
            "borders": [{"above": 1, "less": "0.5"}, {"above": 2, "less": "0.75"}],
        },
    },
    {
        "code": "many-bytes",
        "rule": "volume_discount",
        "inputs": {
            "items": ["data", "rest"],
            "period": "month",
            "by": "variant",
            "borders": [{"above": 20, "less": "0.1", "per": 8}],
        },
    },
]
COUPONS: list[dict[str, Any]] = [
    {"code": "anything", "rule": "coupon"},
    {"code": "for-data", "rule": "coupon", "inputs": {"items": ["data", "rest"]}},
    {"code": "for-days", "rule": "coupon", "inputs": {"items": ["days", "flat", "data"]}},
]
DERIVED = {"rounded_up", "free_tier", "volume_discount", "long_term_discount"}

histories = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "statuses": points(st.sampled_from(STATUSES)),
        "plans": points(st.sampled_from(PLANS)),
        "options": points(st.sampled_from(["key", "link:a", "link:b"]), st.booleans()),
    }
)
contracts = st.builds(
    lambda units, since: {"item": "pool", "units": units, "since": since},
    st.integers(1, 3),
    st.sampled_from(["2025-10-31", "2025-11-30", "2026-10-15", "2026-11-01"]),
)
coupons = st.lists(
    st.fixed_dictionaries(
        {
            "code": st.sampled_from(["A", "B", "C", "D"]),
            "item": st.sampled_from(["anything", "anything", "for-data", "for-days"]),
            "balance": st.sampled_from(["1", "7.5", "30", "1000", "0.000000000000000000000001"]),
            "purchased": st.sampled_from(["2026-01", "2026-02"]),
            "expires": st.sampled_from(["2027-01", "2027-02"]),
        }
    ),
    max_size=4,
    unique_by=lambda row: row["code"],
)
tiers = st.builds(
    lambda first, second, quoted: [
        {"up_to": first, "price": quoted[0]},
        {"up_to": first + second, "price": quoted[1]},
        {"price": quoted[2]},
    ],
    st.integers(1, 5),
    st.integers(1, 20),
    st.lists(st.sampled_from(["0", "0.5", "3", "7"]), min_size=3, max_size=3),
)


def prices() -> st.SearchStrategy[list[dict[str, Any]]]:
    codes = [item["code"] for item in ITEMS if item["rule"] not in DERIVED]
    flat = st.builds(lambda price: {"price": price}, st.sampled_from(["0", "0.25", "10"]))
    tiered = st.builds(
        lambda kind, rows: {"kind": kind, "tiers": rows},
        st.sampled_from(["graduated", "volume"]),
        tiers,
    )
    package = st.just({"kind": "package", "price": "4", "per": 7})
    # What is derived from data needs one price for each unit.
    quoted = [flat if code in ("data", "days") else flat | tiered | package for code in codes]
    general = st.tuples(*quoted).map(
        lambda rows: [{"item": code, **row} for code, row in zip(codes, rows, strict=True)]
    )
    special = st.builds(
        lambda code, plan, variant, since, row: {
            "item": code,
            "plan": plan,
            "variant": variant,
            "since": since,
            **row,
        },
        st.sampled_from(codes),
        st.sampled_from(["", *PLANS]),
        st.sampled_from(["", "us", "de"]),
        days,
        flat,
    )
    unlike = st.lists(
        special,
        max_size=5,
        unique_by=lambda row: (row["item"], row["plan"], row["variant"], row["since"]),
    )
    return st.tuples(general, unlike).map(lambda both: both[0] + both[1])


@st.composite
def documents(draw: st.DrawFn, *, with_coupons: bool = False) -> dict[str, Any]:
    """A fleet of up to four devices of two kinds under all of ITEMS, and COUPONS if wanted."""
    fleet = [
        {"id": f"d{place}", **row}
        for place, row in enumerate(draw(st.lists(histories, min_size=1, max_size=4)))
    ]
    usage = st.fixed_dictionaries(
        {
            "day": days,
            "meter": st.sampled_from(METERS),
            "variant": st.sampled_from(["us", "de"]),
            "quantity": st.integers(0, 25),
        },
        optional={"device": st.sampled_from([device["id"] for device in fleet])},
    )
    return {
        "month": draw(st.sampled_from(["2026-10", "2026-10", "2027-09"])),
        "coverage": "global",
        "catalogue": False,
        "items": [*ITEMS, *COUPONS] if with_coupons else ITEMS,
        "prices": draw(prices()),
        "devices": fleet,
        "usage": draw(st.lists(usage, max_size=12)),
        "contracts": draw(st.lists(contracts, max_size=2)),
        "coupons": draw(coupons) if with_coupons else [],
        "through": draw(st.sampled_from(["2027-12-31", "2027-12-31", "2026-10-09"])),
    }
