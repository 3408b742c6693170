"""Reading a file of a bank, and comparing the names in it (docs/payments.md)."""

import csv
import hashlib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from invoices.services.payments.refusals import PaymentRefused

LARGEST = 5 << 20
MOST_ROWS = 20_000
COLUMNS = {
    "day": ("日付", "取引日", "入金日", "day", "date"),
    "amount": ("入金金額", "入金額", "お預り金額", "amount"),
    "payer": ("振込依頼人名", "依頼人名", "振込人名", "payer"),
    "text": ("摘要", "EDI情報", "text"),
}
"""Which headers a column may have; `text` may be missing."""
SHOWN = 5
_LEGAL = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|\([株有合]\)"
    r"|(?:^|\()(?:カ|ユ|ド|シ|メ)\)|\((?:カ|ユ|ド|シ|メ)\)?$"
)
_SMALL = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")
_DAYS = ("%Y/%m/%d", "%Y-%m-%d", "%Y%m%d", "%Y.%m.%d")


class BadFile(PaymentRefused):
    """A file that cannot be read as one of a bank; nothing of it was taken."""


@dataclass(frozen=True, slots=True)
class BankRow:
    """One incoming transfer; `fingerprint` tells it from every other one."""

    day: date
    amount_minor: int
    payer: str
    text: str
    fingerprint: str


def read(content: bytes) -> list[BankRow]:
    """Read all incoming transfers of a CSV in UTF-8 or Shift_JIS; rows without an amount are none.

    Raises BadFile, naming the first rows that cannot be read.
    """
    if len(content) > LARGEST:
        raise BadFile(_("The file is too large."), "file")
    lines = list(csv.reader(io.StringIO(_text(content), newline="")))
    lines = [line for line in lines if any(cell.strip() for cell in line)]
    if not lines or len(lines) > MOST_ROWS:
        raise BadFile(_("The file has no rows, or too many."), "file")
    places = _places(lines[0])
    problems, rows, seen = [], [], Counter[str]()
    for number, line in enumerate(lines[1:], start=2):
        try:
            row = _row(line, places, seen)
        except ValueError as error:
            problems.append(f"{number}: {error}")
            continue
        if row is not None:
            rows.append(row)
    if problems:
        text = _("Rows that cannot be read: %(rows)s") % {"rows": "; ".join(problems[:SHOWN])}
        raise BadFile(text, "file")
    return rows


def fold(name: str) -> str:
    """A name as it is compared: width, blanks, legal form and small kana make no difference."""
    wide = unicodedata.normalize("NFKC", name).upper().translate(_SMALL)
    plain = re.sub(r"[\s・.,'’]", "", re.sub(r"[-‐‑–—―ー−]", "-", wide))
    return _LEGAL.sub("", plain)[:200]


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(_("The file is neither UTF-8 nor Shift_JIS."), "file")


def _places(header: Sequence[str]) -> Mapping[str, int]:
    cells = [unicodedata.normalize("NFKC", cell).strip() for cell in header]
    found = {
        column: cells.index(name)
        for column, names in COLUMNS.items()
        for name in reversed(names)
        if name in cells
    }
    missing = [names[0] for column, names in COLUMNS.items() if column not in found][:3]
    if {"day", "amount", "payer"} - found.keys():
        raise BadFile(_("Columns are missing: %(names)s") % {"names": ", ".join(missing)}, "file")
    return found


def _row(line: Sequence[str], places: Mapping[str, int], seen: Counter[str]) -> BankRow | None:
    cells = {
        column: line[place].replace("\0", "").strip() if place < len(line) else ""
        for column, place in places.items()
    }
    amount = _amount(cells["amount"])
    if not amount:
        return None
    payer, text = cells["payer"][:200], cells.get("text", "")[:200]
    if not payer:
        raise ValueError(_("no payer"))
    day = _day(cells["day"])
    same = f"{day.isoformat()}\0{amount}\0{payer}\0{text}"
    seen[same] += 1
    return BankRow(day, amount, payer, text, fingerprint(same, seen[same]))


def fingerprint(same: str, nth: int) -> str:
    return hashlib.sha256(f"{same}\0{nth}".encode()).hexdigest()


def _amount(cell: str) -> int:
    plain = re.sub(r"[,¥\\円\s]", "", unicodedata.normalize("NFKC", cell))
    if not plain:
        return 0
    if not re.fullmatch(r"[0-9]{1,14}", plain):
        raise ValueError(_("%(text)s is no amount") % {"text": repr(cell[:40])})
    return int(plain)


def _day(cell: str) -> date:
    plain = unicodedata.normalize("NFKC", cell)
    for form in _DAYS:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError(_("%(text)s is no day") % {"text": repr(cell[:40])})
