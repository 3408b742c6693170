"""Rules and their versions, dated by month (design.md §4.9).

A rule that is mended gets a new version from a month on; the old one stays, so that a closed month
can be recomputed for ever by the versions that its input bundle names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from billing_portal.common.periods import Month

RuleFunction = Callable[..., Any]
Applies = Callable[[Any, Any], bool]


def always(_item: object, _facts: object) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One version of a rule, in force from a month on.

    `applies` tells of an item and the facts of a shard that nothing would be counted, so that no
    work is done for it.
    """

    name: str
    version: int
    since: Month
    function: RuleFunction
    applies: Applies = always

    @property
    def label(self) -> str:
        """Name and version as charges carry them: `days_in_status@1`."""
        return f"{self.name}@{self.version}"


class UnknownRule(LookupError):
    """A rule, or a version of it, that this program does not have."""


_VERSIONS: dict[str, dict[int, RuleVersion]] = {}


def rule(
    name: str,
    *,
    version: int = 1,
    since: str = "1970-01",
    applies: Applies = always,
) -> Callable[[RuleFunction], RuleFunction]:
    """Register a function as a version of the rule `name`."""

    def register(function: RuleFunction) -> RuleFunction:
        _VERSIONS.setdefault(name, {})[version] = RuleVersion(
            name, version, Month.parse(since), function, applies
        )
        return function

    return register


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of every rule."""

    rules: Mapping[str, RuleVersion]

    def __getitem__(self, name: str) -> RuleVersion:
        try:
            return self.rules[name]
        except KeyError as error:
            raise UnknownRule(f"There is no rating rule {name!r}.") from error

    def versions(self) -> dict[str, int]:
        """Version by rule name: what an input bundle keeps."""
        return {name: chosen.version for name, chosen in sorted(self.rules.items())}


def in_force(month: Month) -> RuleSet:
    """The newest version of each rule that a month is rated by."""
    return RuleSet(
        {
            name: max(
                (known for known in versions.values() if known.since <= month),
                key=lambda known: known.version,
            )
            for name, versions in _VERSIONS.items()
            if any(known.since <= month for known in versions.values())
        }
    )


def pinned(versions: Mapping[str, int]) -> RuleSet:
    """Exactly the versions that a closed month was rated by."""
    try:
        return RuleSet({name: _VERSIONS[name][number] for name, number in versions.items()})
    except KeyError as error:
        raise UnknownRule(f"This program has no version {versions} of rule {error}.") from error
