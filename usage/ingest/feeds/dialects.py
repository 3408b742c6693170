"""The table [csv] of a profile: how its files are cut."""

from django.utils.translation import gettext as _

from usage.ingest.csvrows import Dialect
from usage.ingest.feeds.profile import Layout
from usage.ingest.feeds.table import MOST_TEXTS, Table

# No codec that is no character set: some of them unpack, and unpack without end.
ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "us-ascii",
    "shift_jis",
    "cp932",
    "euc-jp",
    "iso-2022-jp",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-15",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "koi8-r",
    "gbk",
    "gb18030",
    "big5",
    "euc-kr",
)
MOST_SKIPPED = 1_000
LONGEST_COMMENT = 8


def layout(table: Table) -> Layout:
    """Read how files are cut; without the table it is a CSV file as RFC 4180 has it."""
    marks = {
        "delimiter": _mark(table, "delimiter", ",", required=True),
        "quote": _mark(table, "quote", '"'),
        "escape": _mark(table, "escape", ""),
    }
    for name, mark in marks.items():
        if mark and [*marks.values()].count(mark) > 1:
            table.wrong(_("Delimiter, quote and escape must differ."), name)
    columns = table.texts("columns", most=MOST_TEXTS)
    if len(set(columns)) < len(columns):
        table.wrong(_("A column stands here twice."), "columns")
    return Layout(
        dialect=_dialect(table, marks),
        encoding=table.text("encoding", "utf-8", choices=ENCODINGS),
        columns=columns,
        skip_lines=table.whole("skip_lines", 0, least=0, most=MOST_SKIPPED),
    )


def _dialect(table: Table, marks: dict[str, str]) -> Dialect:
    comment = table.text("comment", longest=LONGEST_COMMENT)
    try:
        return Dialect(**marks, comment=comment, trim=table.flag("trim"))
    except (TypeError, ValueError):
        return Dialect()


def _mark(table: Table, key: str, default: str, *, required: bool = False) -> str:
    """One sign; none at all, if it is not required."""
    text = table.text(key, default)
    if not text and not required:
        return ""
    if len(text) != 1 or text.isalnum() or text in "\r\n\0":
        table.wrong(_("Write one sign that is no letter and no digit."), key)
        return default
    return text
