"""Different rows never have one event id, and one row never has two."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.usage.feeds.sending import Feeder, csv, profile
from usage.ingest.feeds.values import joined as joined_in_columns
from usage.metering.eventids import EventIdRule, joined
from usage.models import Source, UsageRecord

# The signs that joining itself uses, and some others.
TEXTS = st.text(st.sampled_from("/\\ab"), max_size=6) | st.text(max_size=4)
TWO_FACTS = """[[fact]]
suffix = "up"
meter = "data.upload"
quantity = 1
[[fact]]
meter = "data.download"
quantity = 2
"""


@given(st.lists(TEXTS, min_size=1, max_size=4), st.lists(TEXTS, min_size=1, max_size=4))
def test_different_tuples_never_give_one_id(one: list[str], other: list[str]) -> None:
    assert (joined(one) == joined(other)) == (one == other)


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=20))
def test_columns_are_joined_as_texts_are(rows: list[tuple[str, str, str]]) -> None:
    frame = pl.DataFrame(rows, schema=["=a", "=b", "=c"], orient="row").cast(pl.String)
    found = frame.select(joined_in_columns(["a", "b", "c"])).to_series().to_list()

    assert found == [joined(row) for row in rows]


@given(st.lists(TEXTS, min_size=1), st.lists(TEXTS))
def test_a_rule_is_read_as_it_was_written(columns: list[str], suffixes: list[str]) -> None:
    rule = EventIdRule.of(columns, suffixes)
    assert EventIdRule.read(rule.text()) == rule


def test_the_suffix_keeps_the_facts_of_a_row_apart(feeder: Feeder) -> None:
    text = profile(TWO_FACTS, fact="").replace("[fact]\n", "")
    sent = feeder(text, csv("e1,440100000000001,2026-10-31T23:59:59Z,7,DATA"))

    assert sent.outcomes == ["accepted"]
    found = UsageRecord.objects.order_by("event_id").values_list("event_id", "quantity")
    assert list(found) == [("e1", 2), ("e1/up", 1)]


def test_an_id_that_holds_the_sign_of_joining_is_another_one(feeder: Feeder) -> None:
    text = profile(TWO_FACTS, fact="").replace("[fact]\n", "")
    rows = [f"{name},440100000000001,2026-10-31T23:59:59Z,7,DATA" for name in ("e1", "e1/up")]
    assert feeder(text, csv(*rows)).outcomes == ["accepted"] * 2


def test_a_row_without_any_of_its_columns_is_rejected(feeder: Feeder) -> None:
    rows = (",440100000000001,2026-10-31T23:59:59Z,7,", ",440100000000001,2026-10-31T23:59:59Z,7,a")
    sent = feeder(profile(event_id='["id", "type"]'), csv(*rows))

    assert sent.reasons == ["id is empty.", ""]


def test_an_id_may_have_200_signs_with_its_suffix(feeder: Feeder) -> None:
    text = profile(TWO_FACTS, fact="").replace("[fact]\n", "")
    rows = (f"{'x' * n},440100000000001,2026-10-31T23:59:59Z,7,DATA" for n in (197, 198))

    assert feeder(text, csv(*rows)).reasons == ["", "id is too long."]


def test_the_first_profile_with_facts_settles_the_rule(feeder: Feeder) -> None:
    row = "e1,440100000000001,2026-10-31T23:59:59Z,7,DATA"
    assert feeder(profile(event_id='["id", "type"]'), csv("x")).code == 1
    assert feeder(profile(), csv(row)).code == 0
    refused = feeder(profile(event_id='["id", "type"]'), csv(row))

    assert refused.code == 2
    assert (
        "The event ids of source feed are made of id, as its first profile said." in refused.output
    )
    assert UsageRecord.objects.count() == 1


def test_a_dry_run_tells_of_it_too(feeder: Feeder) -> None:
    row = "e1,440100000000001,2026-10-31T23:59:59Z,7,DATA"
    feeder(profile(), csv(row))

    assert "event ids of source feed" in feeder.shown(profile(event_id='["type"]'), csv(row))


def test_a_fact_may_join_later_but_none_may_be_renamed(feeder: Feeder) -> None:
    row = "e1,440100000000001,2026-10-31T23:59:59Z,7,DATA"
    whole = profile(TWO_FACTS, fact="").replace("[fact]\n", "")
    feeder(profile(), csv(row))

    assert feeder(whole, csv(row.replace("e1", "e2"))).code == 0
    assert feeder(profile(), csv(row)).code == 0
    assert feeder(whole.replace('"up"', '"upload"'), csv(row)).code == 2
    assert Source.objects.get().event_id_rule == '{"columns":["id"],"suffixes":["","up"]}'
