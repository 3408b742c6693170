"""Where the seller wants it, a month end counts without anybody who approves it."""

from pytest_django import Settings

from invoices.choices import ItemState
from tests.invoices.bills import shop


def test_nobody_is_asked(settings: Settings) -> None:
    settings.APPROVAL = "automatic"
    shop.customer("ACME")
    assert [item.state for item in shop.end_month().items.all()] == [ItemState.CLOSED]
