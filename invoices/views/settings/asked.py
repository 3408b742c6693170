"""Which account and coverage an address of payment settings means, and who asks."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import Account
from accounts.views.visit import Visit
from invoices.services.settings import Who


def payable(visit: Visit, key: str) -> Account:
    """The account, if the person may change how it pays; else Account.DoesNotExist."""
    return Account.objects.get(key=key, pk__in=visit.access.pay)


def who(visit: Visit) -> Who:
    return Who(visit.person.email, visit.now)


def address_of(account: Account) -> str:
    """The page of payment settings of an account."""
    return f"{reverse('payment-settings')}?{urlencode({'account': account.key})}"


def back(account: Account) -> HttpResponse:
    return redirect(address_of(account))
