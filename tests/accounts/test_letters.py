"""What mails say: every kind in both languages, with the same values, and safe to send."""

import re
import string

import pytest

from accounts import mail
from accounts.mail.letters import Language
from accounts.mail.markup import as_html

VALUES = {
    "team": "Specimen Logistics",
    "inviter": "clerk@example.com",
    "actor": "clerk@example.com",
    "role": "viewer",
    "until": "27 November 2026",
    "link": "https://billing.example.com/invitations/abc/",
    "address": "new@example.com",
    "old": "old@example.com",
    "hours": "24",
    "what": "totp-added",
    "label": "INV-000001",
    "order": "20261118090000_1a2b3c4d",
    "month": "October 2026",
    "document": "modified",
    "enclosed": "linked",
    "since": "1 December 2026",
    "coverage": "japan",
    "amount": "¥1,234",
    "due": "30 November 2026",
    "card": "Specimen …4242",
    "next": "5 December 2026",
    "about": "October 2026, Japan",
    "company": "Specimen Logistics Inc.",
    "email": "billing@example.com",
    "reason": "The address is missing.",
    "method": "card",
    "plan": "Device plan, standard",
}
EVERY = [(language, kind) for language in mail.LANGUAGES for kind in sorted(mail.kinds())]


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", mail.LANGUAGES.values(), ids=list(mail.LANGUAGES))
def test_every_language_has_the_same_letters_with_the_same_values(language: Language) -> None:
    english = mail.LANGUAGES["en"]
    for kind, letter in english.letters.items():
        other = language.letters[kind]
        assert names(letter.subject + letter.text) == names(other.subject + other.text), kind
    assert set(language.letters) == set(english.letters)
    assert {name: set(words) for name, words in language.words.items()} == {
        name: set(words) for name, words in english.words.items()
    }


@pytest.mark.parametrize(("language", "kind"), EVERY)
def test_every_letter_can_be_written(language: str, kind: str) -> None:
    letter = mail.compose(kind=kind, language=language, context=VALUES)
    assert "{" not in letter.subject + letter.text
    assert "\n" not in letter.subject
    assert letter.text.endswith(mail.LANGUAGES[language].footer + "\n")


@pytest.mark.parametrize(("language", "word"), [("en", "Viewer"), ("ja", "閲覧者")])
def test_codes_become_words(language: str, word: str) -> None:
    assert word in mail.compose(kind="invitation", language=language, context=VALUES).text


def test_a_language_that_we_do_not_write_is_answered_in_english() -> None:
    letter = mail.compose(kind="invitation", language="fr", context=VALUES)
    assert letter == mail.compose(kind="invitation", language="en", context=VALUES)


@pytest.mark.parametrize(
    "team",
    [
        "A\r\nBcc: everybody@example.com",
        "A\nsecond line\n\nhttps://evil.example/",
        "A\x00\u2028\u202eB",
        "x" * 10_000,
        "{link} {0} %s",
    ],
)
def test_a_hostile_name_stays_one_line_of_text(team: str) -> None:
    plain = mail.compose(kind="role-removed", language="en", context=VALUES)
    letter = mail.compose(kind="role-removed", language="en", context=VALUES | {"team": team})
    assert len(letter.text.splitlines()) == len(plain.text.splitlines())
    assert letter.subject.isprintable()
    assert len(letter.subject) <= mail.LONGEST_SUBJECT
    assert VALUES["link"] not in letter.text


def test_a_value_that_is_missing_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(KeyError):
        mail.compose(kind="invitation", language="en", context={})


class TestTheSameAsHtml:
    def html(self, **values: str) -> str:
        letter = mail.compose(kind="role-changed", language="en", context=VALUES | values)
        return as_html(letter.text, title=letter.subject, language="en")

    def test_links_can_be_pressed(self) -> None:
        assert f'<a href="{VALUES["link"]}">' in self.html()

    @pytest.mark.parametrize(
        "team", ["<img src=x onerror=alert(1)>", "https://evil.example/", '"><a href=x>', "-- "]
    )
    def test_a_hostile_name_makes_no_markup(self, team: str) -> None:
        plain, hostile = self.html(), self.html(team=team)
        marks = ("<a ", "<img", "<p ")
        assert [hostile.count(mark) for mark in marks] == [plain.count(mark) for mark in marks]

    def test_the_words_are_those_of_the_text(self) -> None:
        letter = mail.compose(kind="role-changed", language="ja", context=VALUES)
        html = as_html(letter.text, title=letter.subject, language="ja")
        body = re.sub(r"<[^>]+>", "", html.partition("<body")[2].partition(">")[2])
        assert body.split() == letter.text.replace("-- \n", "").split()
        assert '<html lang="ja">' in html


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(mail.UnknownKind):
        mail.compose(kind="advertisement", language="en", context={})
