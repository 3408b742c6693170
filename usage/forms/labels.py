"""What customers type about their devices: names, groups and tags.

A form only reads what was typed; what a device may be called is known to the service.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from usage.models import DeviceNow
from usage.services.devices.labels import LONGEST_GROUP, LONGEST_NAME, LONGEST_TAG, LONGEST_TAG_NAME

NEW_TAGS = 3
"""Empty lines for new tags."""
MOST_LINES = 200
WIDTH, HIGHEST = 60, 6
"""Characters of a line, and lines, of the field of a tag."""


@dataclass(frozen=True, slots=True)
class TagLine:
    """One line of the form: a tag that stands, or one to be added."""

    number: int
    name: str = ""
    value: str = ""
    was: str = ""
    is_new: bool = True

    @property
    def rows(self) -> int:
        """How high its field is: some lines, for a value that has them."""
        by_length = len(self.value) // WIDTH + 1
        return min(max(self.value.count("\n") + 1, by_length), HIGHEST)


class LabelsForm(forms.Form):
    """Name, group and tags of one device. Only what differs from what was shown is changed, so
    that two people who change different things both get what they want.
    """

    name = forms.CharField(label=_("Name"), required=False, max_length=LONGEST_NAME)
    group = forms.CharField(label=_("Group"), required=False, max_length=LONGEST_GROUP)

    def __init__(self, data: QueryDict | None, *, row: DeviceNow) -> None:
        self.row = row
        super().__init__(data, initial={"name": row.name, "group": row.group})

    def lines(self) -> list[TagLine]:
        """What the form shows: what was typed, or what stands and some empty lines."""
        if self.is_bound:
            return list(self._typed())
        tags = sorted(self.row.tags.items())
        found = [
            TagLine(number, name, value, value, is_new=False)
            for number, (name, value) in enumerate(tags)
        ]
        return found + [TagLine(len(found) + number) for number in range(NEW_TAGS)]

    def _typed(self) -> Iterator[TagLine]:
        for number in range(MOST_LINES):
            name = self.data.get(f"tag-{number}")
            if name is None:
                return
            value = _lines(self.data.get(f"value-{number}", ""))
            was = self.data.get(f"was-{number}")
            yield TagLine(number, name, value, _lines(was or ""), is_new=was is None)

    def changed_tags(self) -> Mapping[str, str | None]:
        """Tags to set, and with None those to take away."""
        tags: dict[str, str | None] = {}
        for line in self._typed():
            if not line.is_new and f"remove-{line.number}" in self.data:
                tags[line.name] = None
            elif line.is_new and (line.name.strip() or line.value.strip()):
                tags[line.name.strip()] = line.value.strip()
            elif not line.is_new and line.value != line.was:
                tags[line.name] = line.value
        return tags

    def changes(self) -> dict[str, Any]:
        """What the form changes, for a wish."""
        said: dict[str, Any] = {"tags": self.changed_tags()}
        for field in ("name", "group"):
            if field in self.changed_data:
                said[field] = self.cleaned_data[field]
        return said


class RelabelForm(forms.Form):
    """One change of many devices."""

    WHAT = [("group", _("Set the group")), ("tag", _("Set a tag")), ("untag", _("Remove a tag"))]
    WHICH = [("selected", _("the selected devices")), ("all", _("all devices of this list"))]

    do = forms.ChoiceField(choices=WHAT)
    which = forms.ChoiceField(choices=WHICH)
    group = forms.CharField(label=_("Group"), required=False, max_length=LONGEST_GROUP)
    tag = forms.CharField(label=_("Tag"), required=False, max_length=LONGEST_TAG_NAME)
    value = forms.CharField(label=_("Value"), required=False, max_length=LONGEST_TAG)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("do") in {"tag", "untag"} and not given.get("tag"):
            self.add_error("tag", _("Write the name of the tag."))
        if given.get("do") == "tag" and not given.get("value"):
            self.add_error("value", _("Write the value of the tag."))
        return given

    def changes(self) -> dict[str, Any]:
        """What the form changes, for a wish of each device."""
        given = self.cleaned_data
        match given["do"]:
            case "group":
                return {"group": given["group"]}
            case "tag":
                return {"tags": {given["tag"]: given["value"]}}
        return {"tags": {given["tag"]: None}}


def _lines(text: str) -> str:
    """A browser sends every end of a line as two characters."""
    return text.replace("\r\n", "\n")
