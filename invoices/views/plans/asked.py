"""Which account an address about devices means."""

from accounts.models import Account
from accounts.views.visit import Visit


def managed(visit: Visit) -> Account:
    """The account that the address names, if the person manages it; else Account.DoesNotExist."""
    account = visit.account([one for one in visit.own if one.pk in visit.access.manage])
    if account is None:
        raise Account.DoesNotExist
    return account
