"""Lines of one device, day and name stand in one order, or a bill could not be proved later."""

from datetime import timedelta

from invoices.services import verification
from tests.factories import MONTH
from tests.invoices.bills import shop

VARIANTS = 40


def test_variants_that_the_name_does_not_tell_come_in_the_same_order_again() -> None:
    account = shop.customer("ALIKE", sims=0)
    device = shop.sim(account)
    for number in range(VARIANTS):
        for day in range(3):
            at = MONTH.start + timedelta(days=day)
            shop.use(device, account, number + 1, variant=f"v{number}", at=at)
    shop.end_month()
    for _again in range(3):
        assert list(verification.faults_of(shop.bill_of(account))) == []
