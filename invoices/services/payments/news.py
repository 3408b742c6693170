"""Telling people of payments and cards: queued in the transaction of what happened."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.services import mail
from billing_portal.common.parts.figures import day, money_text, month_name
from billing_portal.common.periods import Month
from invoices.models import Card, Receivable
from invoices.selectors.cards import last_day
from invoices.selectors.settings import recipients
from usage.choices import Coverage


def reason_of(code: str) -> str:
    """Why a card was not charged, in words; a gateway's own word where we know none."""
    words = {
        "card_declined": _("The card was declined."),
        "generic_decline": _("The card was declined."),
        "insufficient_funds": _("The card has not enough funds."),
        "expired_card": _("The card has expired."),
        "authentication_required": _("The bank asks for a confirmation: register the card again."),
        "no_card": _("No card is registered."),
    }
    return words.get(code, _("The card was not charged (%(code)s).") % {"code": code})


def paid(*, receivable: Receivable, amount_minor: int, card: Card, now: datetime) -> None:
    _tell("payment-paid", receivable, now, card=str(card), amount_minor=amount_minor)


def failed(*, receivable: Receivable, card: Card, code: str, now: datetime) -> None:
    _tell("payment-failed", receivable, now, card=str(card), code=code)


def given_up(*, receivable: Receivable, code: str, now: datetime) -> None:
    _tell("payment-given-up", receivable, now, code=code)


def due(*, receivable: Receivable, is_over: bool, now: datetime) -> None:
    """Remind an invoice payer: the people of the account and the billing e-mail address."""
    kind = "payment-overdue" if is_over else "payment-due"
    _tell(kind, receivable, now, to_billing=True)


def card_notice(*, card: Card, kind: str, now: datetime) -> None:
    """Say that a card expires or has expired."""
    for email, language in _people(card.account, f"card-{kind}"):
        with translation.override(language):
            values = {
                "team": card.account.team_name,
                "card": str(card),
                "month": month_name(Month.of(last_day(card))),
                "coverage": card.coverage,
                "link": _address("payment-cards", card.account),
            }
        queue = {"to": email, "language": language, "account_key": card.account.key}
        mail.queue(kind=f"card-{kind}", context=values, now=now, **queue)


def _tell(
    kind: str,
    receivable: Receivable,
    now: datetime,
    *,
    card: str = "",
    code: str = "",
    amount_minor: int = 0,
    to_billing: bool = False,
) -> None:
    invoice = receivable.invoice
    people = _people(invoice.account, kind)
    if to_billing:
        people += [each for each in _billing(receivable) if each[0] not in dict(people)]
    page = "payment-cards" if kind in {"payment-failed", "payment-given-up"} else "invoices"
    for email, language in people:
        with translation.override(language):
            values = {
                "team": invoice.account.team_name,
                "label": invoice.label,
                "amount": money_text(amount_minor or receivable.open_minor, invoice.currency),
                "due": day(invoice.due_date),
                "card": card,
                "reason": reason_of(code),
                "next": day(receivable.due_at.date()),
                "link": _address(page, invoice.account),
            }
        queue = {"to": email, "language": language, "account_key": invoice.account.key}
        mail.queue(kind=kind, context=values, now=now, **queue)


def _people(account: Account, kind: str) -> list[tuple[str, str]]:
    return [(who.email, who.language) for who in mail.people_of(account=account, kind=kind)]


def _billing(receivable: Receivable) -> list[tuple[str, str]]:
    invoice = receivable.invoice
    pair = (invoice.account_id, invoice.coverage or Coverage.JAPAN)
    found = recipients(pairs=[pair])[pair]
    return [(found.email, found.language)] if found.email else []


def _address(page: str, account: Account) -> str:
    return f"{mail.link(page)}?account={account.key}"
