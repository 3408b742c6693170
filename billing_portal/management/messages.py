"""The Japanese catalogue: what the sources say, what the catalogue holds, and how the two meet.

English is the language of the sources and has no catalogue. GNU gettext is not needed: Babel reads
Python and writes the files, Django turns templates into something that Babel reads.
"""

import io
import tokenize
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from billing_portal.common.names import unnamed

ROOT = Path(settings.BASE_DIR)
FOLDER = ROOT / "locale" / "ja" / "LC_MESSAGES"
PO = FOLDER / "django.po"
MO = FOLDER / "django.mo"
APPS = ("billing_portal", "accounts", "usage", "invoices")
FOREIGN = ("axes", "simple_history")
"""Libraries that speak to our people and bring no Japanese of their own."""
WIDTH = 100
HEAD = b"""msgid ""
msgstr ""
"Language: ja\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

# How many arguments of a function are the message, and whether a context stands before them.
FUNCTIONS = {
    name + suffix: form
    for name, form in {
        "gettext": (1, False),
        "ngettext": (2, False),
        "pgettext": (1, True),
        "npgettext": (2, True),
    }.items()
    for suffix in ("", "_lazy", "_noop")
} | {"_": (1, False)}

Id = str | tuple[str, str]
"""A message, or its singular and plural."""

Key = tuple[str | None, str]
"""A message's context and its text, in the singular."""


class Unreadable(ValueError):
    """A source of messages is not the Python that it should be."""


def read() -> Catalog:
    """The catalogue as it is kept; an empty one if there is none yet."""
    if not PO.exists():
        return _new()
    with PO.open("rb") as file:
        return read_po(file, locale="ja")


def wanted() -> Catalog:
    """Every message of the sources, without translations, in the order of the files."""
    found = _new()
    for folder, path in sources():
        name = path.relative_to(folder).as_posix()
        for text, context in _messages(path):
            found.add(text, locations=[(name, 0)], context=context)
    for name, field in unnamed():
        if not field.model.__name__.startswith("Historical"):
            found.add(name, locations=[(field.model._meta.label, 0)])
    return found


def merged() -> Catalog:
    """Every message of the sources with its translation, if it has one; nothing is guessed."""
    known = {key_of(message): message for message in read() if message.id}
    found = wanted()
    for message in found:
        if message.id and (before := known.get(key_of(message))):
            same_kind = isinstance(before.id, str) == isinstance(message.id, str)
            message.string = before.string if same_kind else message.string
            message.user_comments = before.user_comments
    return found


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as a text file. Lines are not numbered: they would change all the time."""
    file = io.BytesIO()
    write_po(file, catalogue, width=WIDTH, include_lineno=False, omit_header=True)
    return HEAD + file.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as programs read it: the same bytes for the same messages."""
    file = io.BytesIO()
    compiled = _new()
    for message in catalogue:
        if message.id:
            compiled.add(message.id, message.string, context=message.context)
    write_mo(file, compiled)
    return file.getvalue()


def key_of(message: Message) -> Key:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, text


def is_done(message: Message) -> bool:
    """Whether a message is translated, in every form that its language has."""
    forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(forms) and bool(forms)


def sources() -> list[tuple[Path, Path]]:
    """Every file that may hold a message, each behind the folder that its name begins in."""
    ours = [ROOT / name for name in ("templates", *APPS)]
    theirs = [Path(str(files(name))) for name in FOREIGN]
    return [
        (folder.parent, path)
        for folder in [*sorted(ours), *theirs]
        for path in sorted(folder.rglob("*.*"))
        if path.suffix in {".py", ".html", ".txt"}
        and not {"migrations", "tests"} & set(path.relative_to(folder).parts)
    ]


def _new() -> Catalog:
    """An empty catalogue whose head says nothing that changes from day to day."""
    catalogue = Catalog(locale="ja", project="Meisai", version="1", charset="utf-8", fuzzy=False)
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "Meisai"
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    return catalogue


def _messages(path: Path) -> Iterator[tuple[Id, str | None]]:
    """The messages of a file with their contexts."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        lines = templatize(text, origin=str(path)).splitlines()
        text = "\n".join(line.lstrip() for line in lines)
    keywords: Any = dict.fromkeys(FUNCTIONS)
    try:
        found: list[Any] = list(extract_python(io.BytesIO(text.encode()), keywords, [], {}))
    except (tokenize.TokenError, SyntaxError) as problem:
        raise Unreadable(f"{path}: {problem}") from problem
    for _line, function, arguments, _comments in found:
        given = [arguments] if isinstance(arguments, str) else list(arguments or ())
        yield from _message(str(function), given)


def _message(function: str, given: Sequence[str | None]) -> Iterator[tuple[Id, str | None]]:
    """The message of one call; none if it is not written out in the source."""
    count, has_context = FUNCTIONS[function]
    context = given[0] if has_context else None
    match given[has_context:]:
        case [str(one), *_] if count == 1:
            yield one, context
        case [str(one), str(many), *_]:
            yield (one, many), context
