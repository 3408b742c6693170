"""The table [at] of a profile: the instant of a fact."""

from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from usage.ingest.feeds.instants import EARLIER, OVERLAPS
from usage.ingest.feeds.patterns import RFC_3339, BadPattern, Reading, reading
from usage.ingest.feeds.profile import Instant
from usage.ingest.feeds.table import Table
from usage.ingest.feeds.toml import quoted, suggestion

MOST_FORMATS = 4
# No zones of their own; the column engine does not know them.
NO_ZONES = {"Factory", "localtime"}


def instant(table: Table) -> Instant:
    """Read where the instant stands and how it is written."""
    whole_day = table.flag("whole_day")
    readings = _readings(table)
    for one in readings:
        _prove_time(table, one, whole_day=whole_day)
    return Instant(
        columns=table.texts("column", required=True),
        readings=tuple(readings),
        zone=_zone(table, readings, whole_day=whole_day),
        overlap=table.text("overlap", EARLIER, choices=OVERLAPS),
        whole_day=whole_day,
    )


def _readings(table: Table) -> list[Reading]:
    found = []
    for pattern in table.texts("format", most=MOST_FORMATS) or (RFC_3339,):
        try:
            found.append(reading(pattern))
        except BadPattern as error:
            table.wrong(f"{quoted(pattern)}: {error}", "format")
    return found


def _prove_time(table: Table, one: Reading, *, whole_day: bool) -> None:
    if whole_day and one.has_time:
        text = _("%s has a time, but whole_day says that there is none.")
        table.wrong(text % quoted(one.pattern), "format")
    if not whole_day and not one.has_time:
        text = _("%s has no time: add %%H:%%M:%%S, or say whole_day = true.")
        table.wrong(text % quoted(one.pattern), "format")


def _zone(table: Table, readings: list[Reading], *, whole_day: bool) -> str:
    """A zone is needed where an instant does not say it, and has no place elsewhere."""
    zone = table.text("zone")
    needed = not whole_day and not all(one.has_zone for one in readings)
    if not readings:
        return zone
    if zone and whole_day:
        table.wrong(_("Whole days are UTC days: they have no zone."), "zone")
    elif zone and not needed:
        table.wrong(_("The format says the zone already: leave this key out."), "zone")
    elif needed and not zone:
        table.wrong(_("The format has no zone: name it, such as Asia/Tokyo or UTC."), "zone")
    elif zone and zone not in (known := available_timezones() - NO_ZONES):
        text = _("There is no zone %s. Write its IANA name, such as Asia/Tokyo.") % quoted(zone)
        table.wrong(text + suggestion(zone, sorted(known)), "zone")
    else:
        return zone
    return "UTC" if needed else ""
