"""Bank transfers: read or recorded, and assigned to documents by staff."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.services import audit
from invoices.choices import CreditEntryKind, PaymentEntryKind
from invoices.models import BankFile, BankTransfer, PayerName, Receivable
from invoices.services.credits.ground import words
from invoices.services.payments import ledger
from invoices.services.payments.bankfile import BankRow, fold, read
from invoices.services.payments.ledger import Source
from invoices.services.payments.refusals import BadAmount, NotTheirs, PaymentRefused

MOST = 10**14


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file brought: new transfers, and rows that were known already."""

    new: int
    known: int


def read_file(*, name: str, content: bytes, actor: str, now: datetime) -> Taken:
    """Take in a file of a bank. The same file, or a row of another one, brings nothing twice.

    Raises BadFile; nothing of the file was taken then.
    """
    rows = read(content)
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        file, is_new = BankFile.objects.get_or_create(
            sha256=sha256,
            defaults={"name": name[:200], "rows": len(rows), "known": 0, "read_at": now,
                      "read_by": actor},
        )  # fmt: skip
        if not is_new:
            return Taken(0, len(rows))
        new = _unknown(rows)
        BankTransfer.objects.bulk_create([_transfer(row, file, actor, now) for row in new],
                                         ignore_conflicts=True)  # fmt: skip
        file.known = len(rows) - len(new)
        file.save(update_fields=["known"])
        detail = {"rows": len(rows), "new": len(new), "sha256": sha256}
        audit.record(actor=actor, action="transfer.file", now=now, subject=file.name, detail=detail)
    return Taken(len(new), len(rows) - len(new))


def record(
    *, day: date, amount_minor: int, payer: str, text: str, actor: str, now: datetime
) -> BankTransfer:
    """Write down a transfer by hand, in yen. Raises BadAmount, or CreditRefused for its words."""
    if not 1 <= amount_minor <= MOST:
        raise BadAmount(_("The amount must be greater than 0."), "amount")
    if day > now.date():
        raise PaymentRefused(_("That day is still to come."), "day")
    row = BankRow(day, amount_minor, words(payer, field="payer", required=True)[:200],
                  words(text, field="text")[:200], uuid.uuid4().hex)  # fmt: skip
    with transaction.atomic():
        transfer = _transfer(row, None, actor, now)
        transfer.save()
        detail = {"day": day.isoformat(), "amount_minor": amount_minor}
        audit.record(
            actor=actor, action="transfer.record", now=now, subject=row.payer, detail=detail
        )
    return transfer


def assign(
    *, transfer: BankTransfer, label: str, amount_minor: int, actor: str, now: datetime
) -> Receivable:
    """Let a transfer, or a part of it, pay a document. What is above its open amount is credit.

    Raises BadAmount, or NotTheirs if there is no such document in the currency of the transfer.
    """
    with transaction.atomic():
        held = _held(transfer, amount_minor)
        wanted = Receivable.objects.filter(
            invoice__label=label.strip(), invoice__currency=held.currency
        ).first()
        if wanted is None:
            raise NotTheirs(_("There is no such document in this currency."), "document")
        receivable = ledger.locked(receivable_ids=[wanted.pk])[wanted.pk]
        ledger.take_in(
            receivable=receivable,
            kind=PaymentEntryKind.TRANSFER,
            amount_minor=amount_minor,
            source=Source(actor=actor, transfer=held),
            now=now,
        )
        account = receivable.invoice.account
        _take(held, amount_minor)
        PayerName.objects.get_or_create(account=account, name=fold(held.payer))
        detail = {"document": label, "amount_minor": amount_minor, "account": account.key}
        _audit("transfer.assign", held, detail, actor, now)
    return receivable


def keep(
    *, transfer: BankTransfer, account: Account, amount_minor: int, actor: str, now: datetime
) -> None:
    """Keep a transfer, or a part of it, as credit of an account. Raises BadAmount."""
    with transaction.atomic():
        held = _held(transfer, amount_minor)
        credit = ledger.credit_of(account_id=account.pk, currency=held.currency)
        ledger.move_credit(
            credit=credit,
            kind=CreditEntryKind.EXCESS,
            amount_minor=amount_minor,
            source=Source(actor=actor, reason=str(held)),
            now=now,
        )
        _take(held, amount_minor)
        PayerName.objects.get_or_create(account=account, name=fold(held.payer))
        detail = {"amount_minor": amount_minor, "account": account.key}
        _audit("transfer.keep", held, detail, actor, now)


def _unknown(rows: Sequence[BankRow]) -> list[BankRow]:
    prints = [row.fingerprint for row in rows]
    taken = BankTransfer.objects.filter(fingerprint__in=prints)
    known = set(taken.values_list("fingerprint", flat=True))
    return [row for row in rows if row.fingerprint not in known]


def _transfer(row: BankRow, file: BankFile | None, actor: str, now: datetime) -> BankTransfer:
    return BankTransfer(
        file=file,
        fingerprint=row.fingerprint,
        day=row.day,
        amount_minor=row.amount_minor,
        left_minor=row.amount_minor,
        payer=row.payer,
        text=row.text,
        recorded_at=now,
        recorded_by=actor,
    )


def _held(transfer: BankTransfer, amount_minor: int) -> BankTransfer:
    held = BankTransfer.objects.select_for_update().get(pk=transfer.pk)
    if not 1 <= amount_minor <= held.left_minor:
        raise BadAmount(_("That is more than is left of the transfer, or nothing."), "amount")
    return held


def _take(held: BankTransfer, amount_minor: int) -> None:
    held.left_minor -= amount_minor
    held.save(update_fields=["left_minor"])


def _audit(
    action: str, held: BankTransfer, detail: dict[str, object], actor: str, now: datetime
) -> None:
    audit.record(actor=actor, action=action, now=now, subject=str(held), detail=detail)
