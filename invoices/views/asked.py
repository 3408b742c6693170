"""What the address of a bill asks for: an item, a device, a day, a label, a text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from invoices.selectors.breakdown import Wanted, Where

LONGEST = 200
"""Letters of a text in an address; ids, items and labels are shorter."""
NUL = "\x00"
"""PostgreSQL refuses to look for a text with it."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter that holds: what it says, and the address of the page without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of an address. None is not asked; an empty device is the lines of no device."""

    q: str | None = None
    item: str | None = None
    device: str | None = None
    day: str | None = None
    group: str | None = None
    tag: str | None = None
    value: str | None = None

    @classmethod
    def of(cls, query: QueryDict) -> Self:
        """Read an address. What is too long or cannot be looked for is cut."""
        found = {
            field.name: str(query[field.name]).replace(NUL, "")[:LONGEST]
            for field in fields(cls)
            if field.name in query
        }
        may_be_empty = {"device", "group", "value"}
        return cls(**{name: text for name, text in found.items() if text or name in may_be_empty})

    def only(self, names: Sequence[str]) -> Self:
        """These filters without those that a page does not know."""
        return replace(self, **{f.name: None for f in fields(self) if f.name not in names})

    @property
    def where(self) -> Where:
        return Where(item=self.item, device=self.device, day=self.day)

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            text=(self.q or "").strip(),
            item=self.item or "",
            group=self.group,
            tag=self.tag or "",
            value=self.value if self.tag else None,
        )

    def query(self, names: Sequence[str]) -> str:
        """These filters as the query of an address, with its question mark."""
        pairs = [(name, value) for name in names if (value := getattr(self, name)) is not None]
        return f"?{urlencode(pairs)}" if pairs else ""

    @property
    def values(self) -> list[str]:
        """The values that are asked for, such as a file name wants them."""
        found = (getattr(self, field.name) for field in fields(self))
        return [value for value in found if value]

    def filters(self, names: Sequence[str], *, said: Mapping[str, str]) -> list[Filter]:
        """The filters that hold among these, with words for people. `said` has words for values."""
        labels = {
            "item": _("Item"),
            "device": _("Device"),
            "day": _("Day"),
            "group": _("Group"),
            "value": self.tag or "",
        }
        return [
            Filter(
                label=labels[name],
                value=said.get(name) or getattr(self, name),
                without=self.query([other for other in names if other != name]) or "?",
            )
            for name in names
            if name in labels and getattr(self, name) is not None
        ]
