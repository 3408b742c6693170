"""What became of a file of devices, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from usage.ingest.devices.outputs import Summary
from usage.services.devices import Result

CHANGED = {
    "account": gettext_lazy("owner"),
    "status": gettext_lazy("status"),
    "plan": gettext_lazy("plan"),
    "options": gettext_lazy("options"),
    "tags": gettext_lazy("tags"),
    "group": gettext_lazy("group"),
    "name": gettext_lazy("name"),
}


def said(summary: Summary, *, dry_run: bool = False) -> Mapping[str, Any]:
    """The result of a job: lines for people, the first problems among them, and the counts."""
    told = lines(summary, dry_run=dry_run)
    told += [
        _("Line %(line)d: %(reason)s") % {"line": problem.line, "reason": problem.reason}
        for problem in summary.problems
    ]
    if (more := summary.counts[Result.REJECTED] - len(summary.problems)) > 0:
        told.append(_("… and %d more, in the file of rejected rows.") % more)
    return {"lines": told, "counts": {str(result): summary.counts[result] for result in Result}}


def lines(summary: Summary, *, dry_run: bool = False) -> list[str]:
    """What was done, in a few sentences."""
    counts = {str(result): summary.counts[result] for result in Result}
    found = [_("This was a dry run: nothing is changed.")] if dry_run else []
    found.append(
        _(
            "%(created)d created, %(changed)d changed, %(unchanged)d unchanged,"
            " %(rejected)d rejected."
        )
        % counts
    )
    if summary.changes:
        named = (f"{CHANGED.get(what, what)} {count}" for what, count in _most(summary.changes))
        found.append(_("Changed: %s.") % ", ".join(named))
    if summary.late:
        found.append(
            ngettext(
                "%d row came late: its month is closed, so it counts from the next open month on.",
                "%d rows came late: their month is closed, so they count from the next open month"
                " on.",
                summary.late,
            )
            % summary.late
        )
    return found


def _most(changes: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(changes.items(), key=lambda pair: (-pair[1], pair[0]))
