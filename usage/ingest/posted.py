"""Rows that a program posts, written as lines of JSON: an array, lines, or a batch of CloudEvents.

A row stays as it was sent, so that what is wrong with it is found, and told, by the same door that
reads files. Only so much is held as one row has.
"""

import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

ROW_LIMIT = 1 << 16
"""Characters of one row."""

_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class BadBody(ValueError):
    """The body is not of the form that it says, or has a row that is too long."""


class TooManyRows(ValueError):
    """More rows than one post may have."""


def lines(pieces: Iterable[bytes], *, kind: str, most: int) -> Iterator[str]:
    """Write each row as a line; raises BadBody and TooManyRows.

    `kind` is the type that the request says. Of others than CloudEvents the first character tells
    an array from lines.
    """
    body = _Body(_texts(pieces))
    change = _event if "cloudevents" in kind else _plain
    found = _of_array(body) if body.peek() == "[" else _of_lines(body)
    for number, row in enumerate(found, 1):
        if number > most:
            text = _("The body has more than %(most)d rows. Send it in parts.")
            raise TooManyRows(text % {"most": most})
        if len(row) > ROW_LIMIT:
            raise BadBody(_too_long())
        yield change(row) + "\n"


class _Body:
    """The text of the body as far as it is needed; what stands before `at` is done with."""

    def __init__(self, texts: Iterator[str]) -> None:
        self.text, self.at, self._texts = "", 0, texts

    def more(self) -> bool:
        """Read on; False at the end. A row that goes on for too long is not read to its end."""
        self.text, self.at = self.text[self.at :], 0
        if len(self.text) > ROW_LIMIT:
            raise BadBody(_too_long())
        piece = next(self._texts, None)
        self.text += piece or ""
        return piece is not None

    def peek(self) -> str:
        """Pass over blanks and return the character that comes next; "" at the end."""
        while True:
            self.at = _BLANKS.match(self.text, self.at).end()  # type: ignore[union-attr]
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def value(self) -> str:
        """Take the next value. One that may go on in the next piece waits for it."""
        while True:
            try:
                _value, end = _DECODER.raw_decode(self.text, self.at)
                if _BLANKS.match(self.text, end).end() < len(self.text):  # type: ignore[union-attr]
                    start, self.at = self.at, end
                    return self.text[start:end]
            except RecursionError as error:
                raise BadBody(_("The body is not JSON.")) from error
            except ValueError:
                pass
            if not self.more():
                raise BadBody(_("The body ends in the middle, or is not JSON."))


def _of_lines(body: _Body) -> Iterator[str]:
    going_on = True
    while going_on:
        *whole, rest = body.text[body.at :].split("\n")
        yield from whole
        body.text, body.at = rest, 0
        going_on = body.more()
    if body.text.strip():
        yield body.text


def _of_array(body: _Body) -> Iterator[str]:
    body.at += 1
    begun = False
    while (sign := body.peek()) != "]":
        if begun:
            if sign != ",":
                raise BadBody(_("The body ends in the middle, or is not JSON."))
            body.at += 1
            body.peek()
        yield body.value()
        begun = True
    body.at += 1
    if body.peek():
        raise BadBody(_("The body is not JSON."))


def _texts(pieces: Iterable[bytes]) -> Iterator[str]:
    decoder = getincrementaldecoder("utf-8-sig")()
    try:
        for piece in pieces:
            if text := decoder.decode(piece):
                yield text
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise BadBody(_("The body is not UTF-8.")) from error


def _too_long() -> str:
    return _("A row has more than %(limit)d characters.") % {"limit": ROW_LIMIT}


def _plain(row: str) -> str:
    """JSON has line breaks between its parts only: within a text they are escaped."""
    return row.replace("\r", " ").replace("\n", " ")


def _event(row: str) -> str:
    """The record in the data of an event, with its id and, if it has no instant, its time.

    Two sources may use the same id (CloudEvents 1.0, "source + id"), so both make the event id.
    """
    try:
        event: Any = _DECODER.decode(row)
    except (ValueError, RecursionError):
        return _plain(row)
    data = event.get("data") if isinstance(event, dict) else None
    if not isinstance(data, dict):
        return "{}"
    named = {"event_id": f"{event.get('source', '')}#{event.get('id', '')}"}
    timed = {} if "at" in data else {"at": event.get("time")}
    return json.dumps({**data, **named, **timed})
