"""What of payments needs somebody: features switched off, documents overdue, cards that expire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.access import Access
from accounts.models import Account
from invoices.choices import CardNoticeKind
from invoices.models import Card
from invoices.selectors import cards, receivables
from invoices.selectors.receivables import Balance
from invoices.selectors.settings import today


@dataclass(frozen=True, slots=True)
class Attention:
    """`balances` are what the account owes in each currency, whether overdue or not."""

    stopped: bool
    balances: Sequence[Balance]
    cards: Sequence[tuple[Card, CardNoticeKind]]

    @property
    def overdue(self) -> list[Balance]:
        """The balances of which something is overdue."""
        return [balance for balance in self.balances if balance.overdue_minor]

    def __bool__(self) -> bool:
        return bool(self.stopped or self.overdue or self.cards)


def attention(*, access: Access, account: Account, now: datetime) -> Attention:
    """What the first page says of payments, in five queries."""
    day = today(now=now)
    return Attention(
        stopped=cards.is_stopped(account=account),
        balances=receivables.balances(access=access, account=account, today=day),
        cards=cards.expiring(access=access, account=account, today=day),
    )
