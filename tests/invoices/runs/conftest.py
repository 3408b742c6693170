from tests.invoices.bills.conftest import _open_shop, _surroundings

__all__ = ["_open_shop", "_surroundings"]
