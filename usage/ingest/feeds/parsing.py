"""The text of a profile to a profile; all that is wrong with it is told at once."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from usage.choices import IdentifierKind
from usage.ingest.feeds import clocks, dialects, sums
from usage.ingest.feeds.profile import Condition, Device, Fact, Profile, Template, Value
from usage.ingest.feeds.table import MOST_TEXTS, Table
from usage.ingest.feeds.toml import Problems, load, suggestion
from usage.ingest.feeds.values import LOWER, UPPER
from usage.metering.eventids import LONGEST_RULE

DEVICE_KINDS = ("id", *IdentifierKind.values)
TESTS = ("equals", "not_equals", "matches", "not_matches", "empty")
MOST_FACTS = 16
MOST_VALUES = 64
MOST_CONDITIONS = 64
LONGEST_CONSTANT = {"meter": 64, "variant": 100, "account": 64, "coverage": 8}

_PIECES = re.compile(r"(\{\{|\}\})|\{([^{}]*)\}|([^{}]+)|([{}])")


def parse(text: str) -> Profile:
    """Read a profile; raise ProfileRefused with every problem, its key and line."""
    data, problems = load(text)
    profile = _Parser(data, problems).profile()
    problems.raise_any()
    return profile


class _Parser:
    def __init__(self, data: Mapping[str, Any], problems: Problems) -> None:
        self._top = Table(data, "", (), problems)
        self._values: dict[str, Value] = {}
        self._named: dict[str, Table] = {}
        self._used: set[str] = set()

    def profile(self) -> Profile:
        top = self._top
        layout = dialects.layout(top.table("csv"))
        self._read_values()
        at = clocks.instant(top.table("at", required=True))
        device = self._device(top.table("device")) if "device" in top else None
        account = self._template(top, "account") if "account" in top else None
        if device is None and account is None:
            top.wrong(_("Say whose fact a row is: by the table [device] or the key account."))
        profile = Profile(
            source=self._source(),
            layout=layout,
            event_id=top.texts("event_id", required=True),
            device=device,
            account=account,
            coverage=self._template(top, "coverage") if "coverage" in top else None,
            at=at,
            values=self._values,
            skip=tuple(map(condition, top.tables("skip", most=MOST_CONDITIONS))),
            facts=self._facts(),
        )
        self._prove(profile)
        return profile

    def _source(self) -> str:
        source = self._top.text("source", required=True, longest=64)
        if source != source.strip() or not source.isprintable():
            self._top.wrong(_("Write a name without blanks at its ends."), "source")
        return source

    def _read_values(self) -> None:
        self._named = dict(self._top.named("values", most=MOST_VALUES))
        for name, table in self._named.items():
            self._values[name] = _value(name, table)

    def _device(self, table: Table) -> Device:
        found = self._template(table, "id", required=True)
        if found.constant:
            table.wrong(_("This is the same for every row. Name a column in braces: {…}."), "id")
        kind = table.text("kind", "id", choices=DEVICE_KINDS)
        return Device(found, kind, table.flag("required", default=True))

    def _facts(self) -> tuple[Fact, ...]:
        tables = self._top.tables("fact", most=MOST_FACTS)
        if not tables:
            self._top.wrong(_("There must be at least one table [[fact]]."), "fact")
        facts = [self._fact(table) for table in tables]
        for table, fact in zip(tables, facts, strict=True):
            if [other.suffix for other in facts].count(fact.suffix) > 1:
                text = _("Two facts have this suffix: then they would have one event id.")
                table.wrong(text, "suffix")
        return tuple(facts)

    def _fact(self, table: Table) -> Fact:
        suffix = table.text("suffix", longest=32)
        if not re.fullmatch(r"[A-Za-z0-9._-]*", suffix):
            table.wrong(_("Write letters, digits, and . _ - only."), "suffix")
        return Fact(
            suffix=suffix,
            meter=self._template(table, "meter", required=True),
            variant=self._template(table, "variant"),
            quantity=sums.quantity(table),
            when=tuple(map(condition, table.tables("when", most=MOST_CONDITIONS))),
        )

    def _template(self, table: Table, key: str, *, required: bool = False) -> Template:
        """Read a text with {names}. A name that is no value is a column."""
        parts = [""]
        for braces, name, literal, stray in _PIECES.findall(table.text(key, required=required)):
            if stray or not (braces or name or literal):
                table.wrong(_("Write {name} for a value or a column, {{ or }} for a brace."), key)
            elif name:
                self._values.setdefault(name, Value(name, name, "", "", 0, None, None))
                self._used.add(name)
                parts += [name, ""]
            else:
                parts[-1] += braces[:1] or literal
        found = Template(tuple(parts))
        self._prove_constant(table, key, found)
        return found

    def _prove_constant(self, table: Table, key: str, template: Template) -> None:
        text = template.constant
        longest = LONGEST_CONSTANT.get(key)
        if text and longest and (len(text) > longest or text != text.strip()):
            limit = {"limit": longest}
            table.wrong(_("Write up to %(limit)d characters, no blanks at the ends.") % limit, key)

    def _prove(self, profile: Profile) -> None:
        """What no key can say alone."""
        for name, table in self._named.items():
            if name not in self._used:
                table.wrong(_("Nothing uses this value: write {%s} where it is to stand.") % name)
        if len(profile.rule.text()) > LONGEST_RULE:
            self._top.wrong(_("The names of these columns are too long together."), "event_id")
        if len(set(profile.event_id)) != len(profile.event_id):
            self._top.wrong(_("A column stands here twice."), "event_id")
        for name in profile.columns if profile.layout.columns else ():
            if name not in profile.layout.columns:
                text = _("The profile reads a column that is not named here: %s.") % name
                hint = suggestion(name, profile.layout.columns)
                self._top.wrong(text + hint, "csv", "columns")


def _value(name: str, table: Table) -> Value:
    map_ = table.raw("map")
    if map_ is not None and not _is_map(map_):
        table.wrong(_('Write pairs of texts: {"USA" = "us"}.'), "map")
        map_ = {}
    if "default" in table and map_ is None:
        table.wrong(_("A default needs a map."), "default")
    if map_ is not None and not map_:
        table.wrong(_("The map is empty."), "map")
    if re.search(r"[{}\x00-\x1f]", name) or not name:
        table.wrong(_("The name of a value has no braces in it."))
    default = table.text("default") if "default" in table else None
    return Value(
        name=name,
        column=table.text("column", required=True),
        remove=table.text("remove", longest=32),
        case=table.text("case", choices=(LOWER, UPPER)),
        first=table.whole("first", 0, least=0, most=200),
        map=map_,
        default=default,
    )


def _is_map(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def condition(table: Table) -> Condition:
    """Read one test of one column."""
    column = table.text("column", required=True)
    tests = [test for test in TESTS if test in table]
    if len(tests) != 1:
        table.wrong(_("Write exactly one of: %s.") % ", ".join(TESTS))
        return Condition(column, "equals", (), negated=False)
    (test,) = tests
    if test == "empty":
        return Condition(column, "equals", ("",), negated=not table.flag("empty", default=True))
    texts = table.texts(test, most=MOST_TEXTS)
    return Condition(column, test.removeprefix("not_"), texts, negated=test.startswith("not_"))
