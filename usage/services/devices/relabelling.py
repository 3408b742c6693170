"""Changing names, groups and tags, in the name of people of the account."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from usage.selectors.chunks import chunks
from usage.services.devices.bulk import Terms, change_devices
from usage.services.devices.wishes import Outcome, Result, Wish

WINDOW = 20_000


@dataclass(slots=True)
class Relabelled:
    """What became of many devices: how many of each result, and the first reasons."""

    counts: Counter[Result] = field(default_factory=Counter)
    reasons: list[str] = field(default_factory=list)

    def take(self, outcomes: Sequence[Outcome]) -> None:
        self.counts.update(outcome.result for outcome in outcomes)
        room = 20 - len(self.reasons)
        self.reasons += [o.reason for o in outcomes if o.reason][:room]


def relabel(
    *,
    keys: Sequence[str],
    change: Mapping[str, Any],
    within: frozenset[int],
    actor: str,
    now: datetime,
    told: Callable[[int], None] | None = None,
) -> Relabelled:
    """Change devices of these accounts from now on, each audited under the person's name.

    `change` has `name`, `group` and `tags` as a Wish does. `told` hears how many are done.
    """
    done, summary = 0, Relabelled()
    terms = Terms(now=now, within=within, actor=actor)
    for part in chunks(keys, WINDOW):
        wishes = [Wish(key=key, since=now, **change) for key in part]
        summary.take(change_devices(wishes=wishes, terms=terms))
        done += len(part)
        if told is not None:
            told(done)
    return summary
