"""A profile as a form of intake: rows to facts, checked by themselves and by their references."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import polars as pl
from django.utils.translation import gettext as _

from usage.choices import Coverage, IdentifierKind
from usage.ingest.columns import fault_if, text_fault
from usage.ingest.feeds import values
from usage.ingest.feeds.instants import DAY, with_instant
from usage.ingest.feeds.profile import Fact, Profile, Template, Value
from usage.ingest.feeds.quantities import with_quantity
from usage.ingest.feeds.rows import opened
from usage.ingest.feeds.values import cell
from usage.ingest.formats import Copy, Format, Proof, Rows
from usage.ingest.proving import FACT_COLUMNS, several, split, with_owner, with_payer
from usage.ingest.reasons import code, tail
from usage.ingest.records import with_coverage
from usage.ingest.references import References
from usage.metering.eventids import PART

OWN_ID = "id"
LONGEST = {"event": 200, "device": 128, "account": 64, "meter": 64, "variant": 100}


def form_of(profile: Profile) -> Format:
    """Return the form of intake that a profile describes."""

    def open_file(lines: Iterator[str]) -> tuple[Rows, Copy]:
        return opened(profile, lines)

    def typed(rows: pl.DataFrame, now: datetime) -> pl.DataFrame:
        return _typed(rows, now, profile)

    def proved(rows: pl.DataFrame, references: References) -> Proof:
        return _proved(rows, references, profile)

    return Format(
        "csv",
        len(profile.facts),
        open_file,
        typed,
        proved,
        encoding=profile.layout.encoding,
        rule=profile.rule,
    )


def _typed(rows: pl.DataFrame, now: datetime, profile: Profile) -> pl.DataFrame:
    """Add what a row says: `device`, `account`, `coverage`, `at`, `event`; of each fact n
    `applies_n`, `meter_n`, `variant_n`, `quantity_n`.
    """
    skipped = values.any_of(profile.skip) & pl.col("fault").is_null()
    found = rows.with_columns(skipped.alias("skipped"))
    found = found.with_columns(*(values.value(one) for one in profile.values.values()))
    found = with_instant(found, profile.at, profile.at.columns, "at")
    for number, fact in enumerate(profile.facts):
        found = _with_amount(found, profile, fact, number)
    said = found.select("line", "raw", "fault", "skipped", "at", *_said(profile))
    whole = found.hstack(said.select(pl.exclude(found.columns)))
    faults = whole.select(pl.coalesce(_faults(profile, now)).alias("fault"))
    done = said.drop("fault").hstack(faults)
    passed_over = pl.when("skipped").then(pl.lit(code("skipped"))).otherwise("fault")
    return done.with_columns(passed_over.alias("fault")).drop("skipped")


def _with_amount(rows: pl.DataFrame, profile: Profile, fact: Fact, number: int) -> pl.DataFrame:
    name = f"quantity_{number}"
    if fact.quantity.start:
        rows = with_instant(rows, profile.at, fact.quantity.start, f"{name}_start")
        rows = with_instant(rows, profile.at, fact.quantity.end, f"{name}_end")
    return with_quantity(rows, fact.quantity, name)


def _said(profile: Profile) -> Iterator[pl.Expr]:
    nothing = Template(("",))
    yield values.joined(profile.event_id).alias("event")
    yield values.filled(profile.device.id if profile.device else nothing).alias("device")
    yield values.filled(profile.account or nothing).alias("account")
    yield values.filled(profile.coverage or nothing).alias("coverage")
    for number, fact in enumerate(profile.facts):
        yield values.all_of(fact.when).alias(f"applies_{number}")
        yield values.filled(fact.meter).alias(f"meter_{number}")
        yield values.filled(fact.variant).alias(f"variant_{number}")
        yield pl.col(f"quantity_{number}")


def _faults(profile: Profile, now: datetime) -> list[pl.Expr]:
    """What is wrong with a row, the first that holds first."""
    first = profile.event_id[0]
    nothing = pl.all_horizontal(pl.col(cell(column)) == "" for column in profile.event_id)
    return [
        pl.col("fault"),
        fault_if(nothing, "empty", first),
        text_fault("event", _room(profile), required=False, said=first),
        pl.col("at_fault"),
        *_when(profile, now),
        *values.unmapped(_row_values(profile)),
        *_device_faults(profile),
        *_template_faults("account", profile.account, required=profile.device is None),
        *_coverage_faults(profile),
        *(one for number, fact in enumerate(profile.facts) for one in _of(profile, fact, number)),
        fault_if(~_any(profile), "factless", ""),
    ]


def _room(profile: Profile) -> int:
    """How long the id may be without the longest suffix."""
    longest = max(len(fact.suffix) for fact in profile.facts)
    return LONGEST["event"] - (longest + len(PART) if longest else 0)


def _when(profile: Profile, now: datetime) -> list[pl.Expr]:
    column, at = profile.at.columns[0], pl.col("at")
    limit = int(now.timestamp() * 1_000_000)
    today = limit - limit % DAY
    if not profile.at.whole_day:
        return [fault_if(at < 0, "past", column), fault_if(at > limit, "future", column)]
    return [
        fault_if(at < 0, "past", column),
        fault_if(at > today, "future", column),
        fault_if(at == today, "unfinished", column),
    ]


def _row_values(profile: Profile) -> list[Value]:
    """Values that every row needs, whatever facts it holds."""
    templates = [profile.device.id if profile.device else None, profile.account, profile.coverage]
    names = {name for template in templates if template for name in template.names}
    return [profile.values[name] for name in profile.values if name in names]


def _device_faults(profile: Profile) -> Iterator[pl.Expr]:
    if profile.device is not None:
        yield from _template_faults(
            "device", profile.device.id, required=profile.device.required or not profile.account
        )
        if not profile.device.required:
            both = (pl.col("device") == "") & (pl.col("account") == "")
            yield fault_if(both, "empty", column_of(profile, profile.device.id, "device"))


def _template_faults(what: str, template: Template | None, *, required: bool) -> Iterator[pl.Expr]:
    if template is not None and template.constant is None:
        said = template.names[0]
        yield text_fault(f"{what}", LONGEST[what], required=required, said=said)


def _coverage_faults(profile: Profile) -> Iterator[pl.Expr]:
    if profile.coverage is not None:
        said = column_of(profile, profile.coverage, "coverage")
        yield fault_if(~pl.col("coverage").is_in(["", *Coverage.values]), "coverage", said)


def _of(profile: Profile, fact: Fact, number: int) -> Iterator[pl.Expr]:
    """The faults of one fact, where the row holds it."""
    names = {*fact.meter.names, *fact.variant.names}
    needed = [profile.values[name] for name in profile.values if name in names]
    found = [*values.unmapped(needed), pl.col(f"quantity_{number}_fault")]
    for what, template, required in (("meter", fact.meter, True), ("variant", fact.variant, False)):
        if template.constant is None:
            said = column_of(profile, template, what)
            name = f"{what}_{number}"
            found.append(text_fault(name, LONGEST[what], required=required, said=said))
    yield pl.when(f"applies_{number}").then(pl.coalesce(found))


def _any(profile: Profile) -> pl.Expr:
    return pl.any_horizontal(f"applies_{number}" for number in range(len(profile.facts)))


def column_of(profile: Profile, template: Template, otherwise: str) -> str:
    """The column that a template is made of, for messages."""
    return profile.values[template.names[0]].column if template.names else otherwise


def _proved(rows: pl.DataFrame, references: References, profile: Profile) -> Proof:
    """Prove the references of typed rows; return the facts, and `row` and `fault` of the others."""
    good, bad = split(rows)
    found = good.join(_devices(good, references, profile), on="device", how="left")
    found = found.join(references.accounts(found["account"]), on="account", how="left")
    found = found.with_columns(
        (pl.col("at") + (DAY - 1 if profile.at.whole_day else 0)).alias("owned_at")
    )
    found = with_owner(found, references, "owned_at").rename({"account_id": "named_id"})
    found = found.with_columns(pl.coalesce("named_id", "owner_id").alias("account_id"))
    found = with_payer(with_coverage(found, references), references)
    passed, worse = split(
        found.with_columns(pl.coalesce(_reference_faults(profile)).alias("fault"))
    )
    facts, meterless = split(_facts(passed, references, profile.facts))
    facts = facts.join(meterless, on="row", how="anti")
    facts = facts.with_columns(pl.lit(profile.at.whole_day).alias("whole_day"))
    faults = pl.concat([bad, worse, meterless]).unique("row", keep="first")
    return facts.select(FACT_COLUMNS), faults


def _devices(rows: pl.DataFrame, references: References, profile: Profile) -> pl.DataFrame:
    kind = profile.device.kind if profile.device else OWN_ID
    if kind == OWN_ID:
        return references.devices(rows["device"])
    return references.identified(kind, rows["device"])


def _reference_faults(profile: Profile) -> list[pl.Expr]:
    device, account = "device", "account"
    if profile.device is not None:
        device = column_of(profile, profile.device.id, device)
    if profile.account is not None:
        account = column_of(profile, profile.account, account)
    kind = profile.device.kind if profile.device else OWN_ID
    name = _("id") if kind == OWN_ID else str(IdentifierKind(kind).label)
    has_device, named = pl.col("device") != "", pl.col("account") != ""
    owner, payer = pl.col("owner_id"), pl.col("payer_id")
    return [
        _naming(named & pl.col("named_id").is_null(), "accountless", pl.col("account")),
        _naming(has_device & pl.col("device_id").is_null(), "deviceless", pl.col("device"), name),
        fault_if(pl.col("said") != pl.col("coverage"), "other", "coverage"),
        fault_if(has_device & owner.is_null(), "unborn", device),
        fault_if(has_device & (owner != pl.col("account_id")), "owner", device),
        fault_if(pl.col("coverage").is_null(), "uncovered", ""),
        fault_if(payer.is_null(), "unplaced", account if profile.account else device),
    ]


def _naming(condition: pl.Expr, reason: str, key: pl.Expr, name: str = "") -> pl.Expr:
    """A fault that names a key that a value was made into, not the field that it came from."""
    return pl.when(condition).then(pl.concat_str(pl.lit(f"{reason}:"), key, pl.lit(tail(name))))


def _facts(rows: pl.DataFrame, references: References, facts: Sequence[Fact]) -> pl.DataFrame:
    """All facts of all rows; `fault` where the meter is not in the catalogue."""
    parts = [
        rows.filter(pl.col(f"applies_{number}")).with_columns(
            pl.concat_str(pl.col("event"), pl.lit(_ending(fact.suffix))).alias("event_id"),
            pl.col(f"meter_{number}").alias("meter"),
            pl.col(f"variant_{number}").alias("variant"),
            pl.col(f"quantity_{number}").alias("quantity"),
        )
        for number, fact in enumerate(facts)
    ]
    found = pl.concat(parts)
    found = found.join(references.meters(found["meter"]), on="meter", how="left")
    missing = pl.col("meter_id").is_null()
    faults = (
        _naming(missing, "meterless", pl.col("meter")),
        fault_if(several(), "several", "quantity"),
    )
    return found.with_columns(pl.coalesce(faults).alias("fault"))


def _ending(suffix: str) -> str:
    return f"{PART}{suffix}" if suffix else ""
