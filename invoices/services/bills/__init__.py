"""Bills: rating a shard, keeping its files, writing and closing its bills."""

from invoices.services.bills.closing import close
from invoices.services.bills.evaluation import evaluate
from invoices.services.bills.proposals import propose

__all__ = ["close", "evaluate", "propose"]
