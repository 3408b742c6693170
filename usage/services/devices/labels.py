"""What tags, groups and names may be, for every door through which they come.

What stood there before these rules can still be read, and stays as long as nobody changes it.
"""

import re
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from usage.services.devices.reach import DeviceRefused

MOST_TAGS = 50
LONGEST_TAG_NAME = 100
LONGEST_TAG = 256
LONGEST_GROUP = 200
LONGEST_NAME = 200
LONGEST_KEY = 128
# What steers a device or is half a character. A tag may hold lines and columns.
_UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNREADABLE_IN_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
SHOWN = 40


class LabelRefused(DeviceRefused):
    """A tag, group or name that is too long, empty, or no text."""


class TooManyTags(DeviceRefused):
    """More tags than a device can have."""


def check_labels(
    *,
    key: str,
    tags: Mapping[str, str],
    group: str,
    before: Mapping[str, str] | None = None,
    group_before: str = "",
) -> None:
    """Raise DeviceRefused unless a device may have these tags and this group.

    `before` and `group_before` are those that stand: they need not fulfil the rules.
    """
    known = before or {}
    if len(tags) > MOST_TAGS and len(tags) > len(known):
        raise TooManyTags(
            _("Device %(key)s would have %(count)d tags; it can have %(most)d.")
            % {"key": key, "count": len(tags), "most": MOST_TAGS}
        )
    for name, value in tags.items():
        if known.get(name) != value:
            _check_tag(key, name, value, is_new=name not in known)
    if group != group_before:
        _check_text(key, lambda: _("The group"), group, LONGEST_GROUP)


def check_key(*, key: str) -> None:
    """Raise LabelRefused unless people can read an id, and type it."""
    _check_text(key, lambda: _("The id"), key, LONGEST_KEY)


def check_name(*, key: str, name: str) -> None:
    """Raise LabelRefused unless a device may be called so."""
    _check_text(key, lambda: _("The name"), name, LONGEST_NAME)


def check_definition(*, key: str, definition: str) -> None:
    """Raise LabelRefused unless a thing definition may be called so."""
    _check_text(key, lambda: _("The thing definition"), definition, LONGEST_NAME)


def _check_tag(key: str, name: str, value: str, *, is_new: bool) -> None:
    if is_new:
        if not name:
            raise LabelRefused(_("Device %(key)s: a tag has no name.") % {"key": key})
        _check_text(
            key, lambda: _("The name of tag “%s”") % _beginning(name), name, LONGEST_TAG_NAME
        )
    _check_text(key, lambda: _("Tag “%s”") % _beginning(name), value, LONGEST_TAG, lines=True)


def _check_text(
    key: str, what: Callable[[], str], text: str, longest: int, *, lines: bool = False
) -> None:
    """Raise LabelRefused unless a text is short enough and can be read. `what` says which one."""
    if len(text) > longest:
        raise LabelRefused(
            _("Device %(key)s: %(what)s has %(length)d characters; at most %(longest)d.")
            % {"key": key, "what": what(), "length": len(text), "longest": longest}
        )
    if text != text.strip() and not lines:
        raise LabelRefused(
            _("Device %(key)s: %(what)s begins or ends with a blank.")
            % {"key": key, "what": what()}
        )
    if (_UNREADABLE_IN_LINES if lines else _UNREADABLE).search(text):
        raise LabelRefused(
            _("Device %(key)s: %(what)s has characters that cannot be shown.")
            % {"key": key, "what": what()}
        )


def _beginning(text: str) -> str:
    return f"{text[:SHOWN]}…" if len(text) > SHOWN else text
