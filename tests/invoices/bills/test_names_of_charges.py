"""A billing name that a bill cannot carry parks the account, with a reason that can be mended."""

import pytest

from invoices.choices import ItemState
from invoices.models import BillItem, RunItem
from tests.invoices.bills import shop


@pytest.mark.parametrize(
    ("name", "variant", "reason"),
    [
        ("bas{variant}", "ic", "The items basic and data both have charges named basic."),
        ("d" * 60 + "{variant}", "v" * 69, "is longer than 128 letters"),
    ],
)
def test_an_unusable_name_parks_the_account_and_nobody_else(
    name: str, variant: str, reason: str
) -> None:
    BillItem.objects.filter(code="data").update(name=name)
    account, other = shop.customer("NAMES", sims=0), shop.customer("OTHER")
    shop.use(shop.sim(account), account, 3, variant=variant)
    shop.end_month()
    assert shop.bill_of(other).net == 310
    item = RunItem.objects.get(account=account)
    assert item.state == ItemState.PARKED
    assert reason in item.problems[0]["what"]


def test_the_longest_name_is_billed() -> None:
    BillItem.objects.filter(code="data").update(name="d" * 60 + "{variant}")
    account = shop.customer("NAMES", sims=0)
    shop.use(shop.sim(account), account, 3, variant="v" * 68)
    shop.end_month()
    assert shop.bill_of(account).net == 313
