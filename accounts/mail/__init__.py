"""What mails say: a kind, a language and values in, a subject and a plain text out.

Every kind has a letter in each language, with the same values in it. Values come from people (names
of teams, of files), so each is one line of limited length, and none can add a header.
"""

from collections.abc import Mapping

from accounts.mail import english, japanese
from accounts.mail.letters import Language, Letter, one_line

LANGUAGES: dict[str, Language] = {"en": english.LANGUAGE, "ja": japanese.LANGUAGE}
LONGEST_SUBJECT = 254

SECRET = frozenset({"invitation", "password-link", "address-confirm"})
"""Kinds whose text opens a door: it is not kept once it was sent."""
NEWS = {
    "invoice": "mails_invoices",
    "statement": "mails_invoices",
    "correction": "mails_invoices",
    "payment-paid": "mails_payments",
    "price-change": "mails_prices",
    "download": "mails_downloads",
}
"""Kinds that a person may do without, each with the name of that wish. All others always come."""
WISHES = tuple(dict.fromkeys(NEWS.values()))
"""The wishes: columns of a person, each once. Profile and staff pages show all of them."""


class UnknownKind(LookupError):
    """There is no letter of this kind."""


def kinds() -> frozenset[str]:
    return frozenset(LANGUAGES["en"].letters)


def compose(*, kind: str, language: str, context: Mapping[str, str]) -> Letter:
    """Write a letter. A language that we do not write is answered in English.

    Of the values, `role` and `what` are codes, which become words. Raises UnknownKind, and KeyError
    for a value that is missing.
    """
    written = LANGUAGES.get(language, LANGUAGES["en"])
    if kind not in written.letters:
        raise UnknownKind(kind)
    letter = written.letters[kind]
    values = {name: one_line(_word(written, name, value)) for name, value in context.items()}
    subject = letter.subject.format_map(values)[:LONGEST_SUBJECT]
    parts = [letter.text.format_map(values).strip(), written.footer]
    return Letter(subject, "\n\n".join(parts) + "\n")


def _word(language: Language, name: str, value: str) -> str:
    return language.words.get(name, {}).get(value, value)
