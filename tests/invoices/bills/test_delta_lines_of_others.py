"""Late contracts, moves between two payers, accounts that ended, coupons: nothing lost or twice."""

from datetime import timedelta

from accounts.models import Account
from invoices.choices import Category
from invoices.models import Bill, BillItem
from invoices.services.credits import contracts
from invoices.services.credits.contracts import ContractWish
from tests import credit_factories, factories
from tests.factories import MONTH, NOW
from tests.invoices.bills import late, shop
from tests.invoices.bills.late import DECEMBER, NOVEMBER
from usage.services.devices import set_owner, set_status

SECOND = MONTH.start + timedelta(days=1)


def test_a_late_contract_is_charged_for_the_closed_month_too() -> None:
    account = shop.customer("ACME")
    item = credit_factories.contract_item()
    factories.price(item=item, unit_price="275")
    shop.end_month()
    wish = ContractWish(account=account, coverage=shop.JAPAN, item=item, units=2, first_month=MONTH)
    contracts.begin(wish=wish, actor="test", now=NOW, late=True)
    late.close(NOVEMBER)
    assert ("202610", item.name, 275, 2) in late.lines(account, NOVEMBER)
    assert shop.bill_of(account, NOVEMBER).net == 300 + 2 * 550


def test_a_move_that_is_entered_late_is_charged_once() -> None:
    old, new = shop.customer("OLD", sims=0), shop.customer("NEW", sims=0)
    device = shop.sim(old)
    shop.sim(new)
    shop.end_month()
    set_owner(device=device, account=new, since=SECOND, now=NOW)
    late.close(NOVEMBER)
    late.close(DECEMBER)
    owed = late.credit(old, DECEMBER)[1]
    assert sum(bill.net for bill in Bill.objects.filter(account=old)) - owed == 10
    assert sum(bill.net for bill in Bill.objects.filter(account=new)) == 920 + 910


def test_a_payer_whose_month_is_open_waits_for_the_one_whose_is_closed() -> None:
    old, new = shop.customer("OLD", sims=0), shop.customer("NEW", sims=0)
    device = shop.sim(old)
    shop.sim(new)
    shop.end_month(account_keys=["OLD"])
    set_owner(device=device, account=new, since=SECOND, now=NOW)
    shop.end_month()
    assert shop.bill_of(new).net == 310
    late.close(NOVEMBER)
    assert shop.bill_of(new, NOVEMBER).net == 300 + 300 + 300
    assert late.credit(old, NOVEMBER) == (0, 300)


def test_an_account_that_ended_gets_one_more_bill() -> None:
    account = shop.customer("ACME", used=5)
    shop.end_month()
    Account.objects.filter(pk=account.pk).update(ended_at=MONTH.end - timedelta(hours=1))
    late.use(account, 3)
    late.close(DECEMBER)
    assert late.lines(account, DECEMBER) == [("20261010", "data", 1, 3)]


def test_a_coupon_of_the_open_month_pays_and_never_more_than_is_due() -> None:
    account = shop.customer("ACME", used=50)
    shop.end_month()
    data = BillItem.objects.get(code="data")
    of_data = credit_factories.coupon_item(code="dataCoupon", pays=[data.code])
    credit_factories.coupon(
        account=account, amount="1000", item=of_data, first_month=NOVEMBER, last_month=DECEMBER
    )
    late.use(account, 400)
    set_status(device=late.device(account), status="ready", since=SECOND, now=NOW)
    late.close(NOVEMBER)
    bill = shop.bill_of(account, NOVEMBER)
    assert (int(bill.net), late.credit(account, NOVEMBER)) == (0, (0, 0))
    assert [use.amount for use in bill.coupon_uses.all()] == [100]
    assert of_data.category == Category.DISCOUNT
