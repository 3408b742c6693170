"""Which account and coverage an address of payment settings means, and who asks."""

from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.models import Account
from accounts.views.visit import Visit, address_of
from invoices.services.settings import Who

PAGE = "payment-settings"


def payable(visit: Visit, key: str) -> Account:
    """The account, if the person may change how it pays; else Account.DoesNotExist."""
    return Account.objects.get(key=key, pk__in=visit.access.pay)


def who(visit: Visit) -> Who:
    return Who(visit.person.email, visit.now)


def back(account: Account) -> HttpResponse:
    return redirect(address_of(account, PAGE))
