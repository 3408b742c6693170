"""Staff take orders back, and issue codes."""

import pytest
from django.test import Client

from accounts.models import Account, AuditEntry
from invoices.models import Order, Voucher
from tests import credit_factories
from tests.staff.test_every_page_of_the_staff_opens import page

pytestmark = pytest.mark.django_db


def test_an_order_is_taken_back(staff: Client, agg: Account) -> None:
    order = credit_factories.order(account=agg)
    staff.post(page(Order, "cancel", order.pk), {"go": "on"})
    assert Order.objects.get().state == "cancelled"
    assert AuditEntry.objects.get(action="order.cancel").actor == "operator@example.com"
    assert b"Take it back" not in staff.get(page(Order, "change", order.pk)).content


def test_orders_are_made_by_customers_only(staff: Client) -> None:
    assert staff.get(page(Order, "add")).status_code == 403


def test_a_code_is_issued(staff: Client) -> None:
    typed = {
        "coverage": "japan", "item": credit_factories.coupon_item().pk, "amount": "500",
        "months": "3", "last_day": "2099-12-31", "code": "WELCOME",
    }  # fmt: skip
    assert staff.post(page(Voucher, "add"), typed).status_code == 302
    assert Voucher.objects.get().code == "WELCOME"
    assert AuditEntry.objects.get(action="voucher.issue").actor == "operator@example.com"
    assert staff.post(page(Voucher, "add"), typed).status_code == 200
