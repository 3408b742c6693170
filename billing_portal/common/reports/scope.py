"""For whom, of what and when a report is read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict


@dataclass(frozen=True, slots=True)
class Scope:
    """`account` and `access` are those of the app `accounts`, which this package does not know.

    `query` holds the parameters of the address and the captured parts of its path.
    """

    access: Any
    account: Any
    now: datetime
    query: QueryDict
