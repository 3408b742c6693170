"""Random fleets as scenario documents: statuses, options, plans, prices and usage."""

from typing import Any

from hypothesis import strategies as st

PLANS = ["plan-a", "plan-b"]
STATUSES = ["none", "ready", "active", "inactive", "suspended", "standby", "terminated"]
STATUS_ITEMS = ["ready", "active", "inactive", "suspended"]
METERS = {
    "japan": [
        ("data.upload", "s1.fast-daytime"),
        ("data.upload", "s1.fast-nighttime"),
        ("data.download", "s1.slow-daytime"),
        ("beam.request", "http-https"),
        ("beam.request", "mqtt-mqtts"),
    ],
    "global": [
        ("data.upload", "us-plan01s"),
        ("data.download", "us-plan01s"),
        ("data.download", "de-plan01s"),
        ("beam.request", "http-https"),
        ("beam.request", "mqtt-mqtts"),
    ],
}
ELSEWHERE = {
    "japan": {"dataTrafficCharge"},
    "global": {"uploadDataCharge", "downloadDataCharge"},
}
ITEMS = ["uploadDataCharge", "downloadDataCharge", "dataTrafficCharge", "soracomBeamRequestCharge"]

days = st.integers(1, 31).map(lambda day: f"2026-10-{day:02}")
instants = st.builds(
    "2026-{:02}-{:02}T{:02}:{:02}:{:02}Z".format,
    st.integers(8, 11),
    st.integers(1, 30),
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 59),
)
unit_prices = st.one_of(
    st.tuples(st.sampled_from(["0", "0.06", "3", "10", "275"]), st.just(1)),
    st.tuples(st.sampled_from(["0.20", "0.21", "0.22", "1.00"]), st.just(1_048_576)),
    st.tuples(st.sampled_from(["0.09", "0.18"]), st.just(10_000)),
)


def points(*values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[list[Any]]]:
    """A history: no two changes of it at one instant."""
    point = st.tuples(instants, *values).map(list)
    return st.lists(point, max_size=4, unique_by=lambda change: change[0])


def prices() -> st.SearchStrategy[list[dict[str, Any]]]:
    """A general price for everything since ever, and some for plans, variants and later days."""
    codes = [f"basicCharge-{status}" for status in STATUS_ITEMS] + ["customDNSCharge", *ITEMS]
    general = st.tuples(*(unit_prices for _code in codes)).map(
        lambda chosen: [
            {"item": code, "since": "2026-01-01", "price": price, "per": per}
            for code, (price, per) in zip(codes, chosen, strict=True)
        ]
    )
    special = st.lists(
        st.builds(
            lambda code, plan, since, quoted: {
                "item": code,
                "plan": plan,
                "since": since,
                "price": quoted[0],
                "per": quoted[1],
            },
            st.sampled_from(codes),
            st.sampled_from(["", *PLANS]),
            days,
            unit_prices,
        ),
        max_size=4,
        unique_by=lambda row: (row["item"], row["plan"], row["since"]),
    )
    return st.tuples(general, special).map(lambda both: both[0] + both[1])


def devices() -> st.SearchStrategy[list[dict[str, Any]]]:
    device = st.fixed_dictionaries(
        {
            "statuses": points(st.sampled_from(STATUSES)),
            "plans": points(st.sampled_from(PLANS)),
            "options": points(st.just("custom_dns"), st.booleans()),
        }
    )
    return st.lists(device, min_size=1, max_size=3).map(
        lambda found: [{"id": f"44010{place}", **row} for place, row in enumerate(found)]
    )


@st.composite
def fleets(draw: st.DrawFn, *, greatest: int = 200_000) -> dict[str, Any]:
    """A document in the scenario format; every price it needs is there."""
    coverage = draw(st.sampled_from(["japan", "global"]))
    fleet = draw(devices())
    usage = draw(
        st.lists(
            st.builds(
                lambda device, day, meter, quantity: {
                    "device": device,
                    "day": day,
                    "meter": meter[0],
                    "variant": meter[1],
                    "quantity": quantity,
                },
                st.sampled_from([device["id"] for device in fleet]),
                days,
                st.sampled_from(METERS[coverage]),
                st.integers(0, greatest),
            ),
            max_size=12,
        )
    )
    return {
        "month": "2026-10",
        "coverage": coverage,
        "prices": [row for row in draw(prices()) if row["item"] not in ELSEWHERE[coverage]],
        "devices": fleet,
        "usage": usage,
        "through": draw(st.sampled_from(["2026-10-31", "2026-10-31", "2026-10-09"])),
    }
