"""Every word for people has its Japanese, and nothing is said past the catalogue."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.apps import apps
from django.db.models import Field
from django.utils import translation

from billing_portal.management import messages

ROOT = messages.ROOT
APPS = ("accounts", "usage", "invoices")
PLACEHOLDER = re.compile(r"%\(\w+\)(?:\.\d)?[a-z]|%%|%[ds]|\{[a-z_]+\}")
# Documents have words of their own (invoices/pdf/words.py); the page of parts is for developers.
ELSEWHERE = ("templates/invoices/pdf/", "templates/portal/parts")
TEMPLATES = sorted(
    path
    for path in (ROOT / "templates").rglob("*.html")
    if not path.relative_to(ROOT).as_posix().startswith(ELSEWHERE)
)
# Tags, variables, comments: what Django takes out before a browser sees the text.
DJANGO = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
BLOCKS = re.compile(
    r"\{%\s*(blocktranslate|comment).*?%\}.*?\{%\s*end\1\s*%\}"
    r"|\{%\s*block (?:bodyclass|coltype)\b.*?\{%\s*endblock.*?%\}",
    re.DOTALL,
)
SPOKEN = {"alt", "aria-label", "placeholder", "title", "aria-description", "data-label"}
# Words that are the same in every language.
SAME = {"Meisai", "CSV", "UTC", "API", "English", "PDF", "JSON", "TOML", "JPY", "USD"}
SAME |= {"ICCID", "IMEI", "MSISDN", "EUI", "records", "air", "csv", "ndjson"}
WORD = re.compile(r"[^\W\d_]{2,}")


def kept() -> dict[messages.Key, Message]:
    return {messages.key_of(message): message for message in messages.read() if message.id}


def forms(text: object) -> list[str]:
    return [str(form) for form in text] if isinstance(text, (tuple, list)) else [str(text)]


def test_the_catalogue_holds_what_the_sources_say_and_nothing_else() -> None:
    wanted = {messages.key_of(message) for message in messages.wanted() if message.id}
    assert set(kept()) ^ wanted == set(), "run script/messages"
    assert not messages.read().obsolete


def test_everything_is_translated_and_nothing_guessed() -> None:
    catalogue = messages.read()
    assert [
        message.id for message in catalogue if message.id and not messages.is_done(message)
    ] == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


def test_every_translation_has_the_same_places_to_fill_in() -> None:
    wrong = [
        message.id
        for message in kept().values()
        for form in forms(message.string)
        if sorted(PLACEHOLDER.findall(forms(message.id)[-1])) != sorted(PLACEHOLDER.findall(form))
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    assert messages.MO.read_bytes() == messages.mo_bytes(messages.read()), "run script/messages"


def named() -> Iterator[tuple[str, object]]:
    """Every name and help of our models and their fields, and the labels of all choices."""
    for label in APPS:
        config = apps.get_app_config(label)
        yield label, config.verbose_name
        for model in config.get_models():
            if "historical" in model.__name__.lower():
                continue
            yield model.__name__, model._meta.verbose_name
            yield model.__name__, model._meta.verbose_name_plural
            for field in model._meta.local_fields:
                if not field.primary_key:
                    yield from _of_a_field(model.__name__, field)


def _of_a_field(model: str, field: "Field[object, object]") -> Iterator[tuple[str, object]]:
    yield f"{model}.{field.name}", field.verbose_name
    yield f"{model}.{field.name}", field.help_text
    for _value, label in field.flatchoices:
        yield f"{model}.{field.name}", label


def test_what_models_and_choices_are_called_is_in_the_catalogue() -> None:
    with translation.override("en"):
        english = [(where, str(text)) for where, text in named()]
    with translation.override("ja"):
        japanese = [str(text) for _where, text in named()]
    known = {text for _context, text in kept()} | {"日本語"}
    pairs = zip(english, japanese, strict=True)
    same = [said for said, ja in pairs if said[1] == ja and _speaks(ja)]
    assert [said for said in same if said[1] not in known] == []


class Spoken(HTMLParser):
    """Collects what a browser would show or say of a template."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style", "code"}
        self.texts += [value or "" for name, value in attrs if name in SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style", "code"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.texts.append(data)


def _speaks(text: str) -> bool:
    return bool(set(WORD.findall(text)) - SAME)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_says_nothing_past_the_catalogue(path: Path) -> None:
    parser = Spoken()
    parser.feed(DJANGO.sub("", BLOCKS.sub("", path.read_text(encoding="utf-8"))))
    said = [re.sub(r"&\w+;", "", text).strip() for text in parser.texts]
    assert [text for text in said if _speaks(text) and not re.fullmatch(r"[\w-]+", text)] == []
