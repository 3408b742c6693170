"""Where devices can go: the accounts, and who is billed for them in each month. Each read once."""

from collections.abc import Collection
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.selectors.tree import AccountTree, tree_in
from billing_portal.common.periods import Month
from usage.services.devices.reach import DeviceRefused
from usage.services.months import NoSuchAccount


class AccountEnded(DeviceRefused):
    """The device would go to an account that has ended by then."""


class AccountNotPlaced(DeviceRefused):
    """The device would go to an account for which nobody is billed yet."""


class Ground:
    """Accounts and trees as they are now; read for one piece of work and thrown away after it."""

    def __init__(self, account_ids: Collection[int]) -> None:
        self._accounts = Account.objects.in_bulk(set(account_ids))
        self._trees: dict[Month, AccountTree] = {}

    def payer(self, account_id: int, instant: datetime) -> int | None:
        """Who is billed for an account in the month of an instant."""
        month = Month.of(instant)
        if month not in self._trees:
            self._trees[month] = tree_in(month=month)
        return self._trees[month].payer_of(account_id)

    def check(self, *, account_id: int, since: datetime, key: str) -> None:
        """Raise DeviceRefused unless a device can belong to an account from an instant on."""
        if account_id not in self._accounts:
            raise NoSuchAccount(f"No account has the id {account_id}.")
        account = self._accounts[account_id]
        if account.ended_at is not None and account.ended_at <= since:
            raise AccountEnded(
                _("Device %(key)s cannot go to %(account)s, which ended on %(day)s.")
                % {"key": key, "account": account.key, "day": _day(account.ended_at)}
            )
        if self.payer(account_id, since) is None:
            raise AccountNotPlaced(
                _(
                    "Device %(key)s cannot go to %(account)s on %(day)s: nobody is billed for"
                    " that account in %(month)s. It has no placement yet."
                )
                % {
                    "key": key,
                    "account": account.key,
                    "day": _day(since),
                    "month": Month.of(since),
                }
            )


def _day(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d}"
