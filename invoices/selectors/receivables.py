"""What of documents is still to be paid, in words that lists, pages and the API show."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet, Sum

from accounts.access import Access
from accounts.models import Account, Mail
from invoices.choices import ChargeState, PaymentStanding, ReceivableState
from invoices.models import Charge, CustomerCredit, Invoice, Order, PaymentEntry, Receivable

_FIXED = {
    ReceivableState.CHARGING.value: PaymentStanding.CHARGING,
    ReceivableState.FAILED.value: PaymentStanding.FAILED,
    ReceivableState.PAID.value: PaymentStanding.PAID,
    ReceivableState.CANCELLED.value: PaymentStanding.CANCELLED,
}
UNPAID = (ReceivableState.OPEN, ReceivableState.CHARGING, ReceivableState.FAILED)


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document of which something is open; `coverage` is "" where it has both."""

    account_id: int
    coverage: str
    currency: str
    label: str
    due_date: date
    open_minor: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account owes in one currency, how much of it is overdue, and what it paid ahead."""

    currency: str
    open_minor: int = 0
    overdue_minor: int = 0
    credit_minor: int = 0


def standing(receivable: Receivable, *, due: date, today: date) -> PaymentStanding:
    """How the payment of a document stands on a day."""
    fixed = _FIXED.get(receivable.state)
    if fixed is not None:
        return fixed
    if due < today:
        return PaymentStanding.OVERDUE
    part = receivable.open_minor < receivable.amount_minor
    return PaymentStanding.PART if part else PaymentStanding.OPEN


def standing_is(wanted: str, *, today: date) -> Q:
    """Find documents whose payment stands so."""
    states = [state for state, known in _FIXED.items() if known == wanted]
    if states:
        return Q(receivable__state__in=states)
    is_open = Q(receivable__state=ReceivableState.OPEN)
    if wanted == PaymentStanding.OVERDUE:
        return is_open & Q(due_date__lt=today)
    untouched = Q(receivable__open_minor=F("receivable__amount_minor"))
    is_part = wanted == PaymentStanding.PART
    return is_open & Q(due_date__gte=today) & (~untouched if is_part else untouched)


def open_documents(*, account_ids: Collection[int]) -> list[OpenDocument]:
    """Documents of which something is open, the oldest first: arrears of what comes next."""
    rows = Receivable.objects.filter(
        invoice__account__in=account_ids, open_minor__gt=0, state__in=UNPAID
    ).order_by("invoice__due_date", "pk")
    names = ("account_id", "coverage", "currency", "label", "due_date")
    columns = [f"invoice__{name}" for name in names]
    return [OpenDocument(*row) for row in rows.values_list(*columns, "open_minor")]


def balances(*, access: Access, account: Account, today: date) -> list[Balance]:
    """What an account owes and has paid ahead, once per currency. Two queries."""
    rows = Receivable.objects.filter(invoice__account=account, state__in=UNPAID)
    seen = rows.filter(invoice__account__in=access.money)
    late = Sum("open_minor", filter=Q(invoice__due_date__lt=today), default=0)
    owed = {
        row["invoice__currency"]: (row["open_"], row["late"])
        for row in seen.order_by()
        .values("invoice__currency")
        .annotate(open_=Sum("open_minor"), late=late)
    }
    credit = CustomerCredit.objects.filter(account=account, account__in=access.money)
    ahead = dict(credit.filter(left_minor__gt=0).values_list("currency", "left_minor"))
    return [
        Balance(code, *owed.get(code, (0, 0)), ahead.get(code, 0))
        for code in sorted(owed.keys() | ahead.keys())
    ]


def is_sale(*, invoice: Invoice) -> bool:
    """Whether a document sells an order, which is delivered when it is paid."""
    return Order.objects.filter(document=invoice).exists()


def document(*, access: Access, label: str) -> Invoice:
    """A document with its receivable. Raises Invoice.DoesNotExist."""
    rows = Invoice.objects.select_related("account", "receivable", "file").defer("snapshot")
    return rows.get(label=label, account_id__in=access.money, receivable__isnull=False)


def movements(*, receivable: Receivable) -> QuerySet[PaymentEntry]:
    """What came in for a document, in its order."""
    rows = receivable.entries.select_related("charge__card", "transfer", "document")
    return rows.defer("document__snapshot").order_by("number")


def mails(*, invoice: Invoice) -> QuerySet[Mail]:
    """What was mailed about a document, in its order: to whom, what kind, when."""
    rows = Mail.objects.filter(about=invoice.label, account_key=invoice.account.key)
    return rows.filter(sent_at__isnull=False).defer("text").order_by("sent_at", "pk")


def failures(*, receivable: Receivable) -> QuerySet[Charge]:
    """Attempts that failed or are under way, in their order."""
    rows = receivable.charges.exclude(state=ChargeState.SUCCEEDED)
    return rows.select_related("card").order_by("number")
