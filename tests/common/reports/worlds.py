"""For each registered report: where it is, and rows for the account AGG with hostile text in them.

Who adds a report adds its world here; `test_every_report.py` asks for nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import Account
from tests.common.reports.acts import acts

HOSTILE = "<b>bold</b>,\"'=cmd()\n\u202ertl"


@dataclass(frozen=True, slots=True)
class World:
    """`make(account, count, text)` makes so many rows, each with the text wherever people write;
    it is called several times. `query` is a filter that lets through some of the rows.
    """

    path: str
    make: Callable[[Account, int, str], None]
    query: str


def _acts(account: Account, count: int, text: str) -> None:
    acts(account, count, subject=text, actor=text)


WORLDS: dict[str, World] = {
    "acts": World("/acts/", _acts, "action=sample.read"),
}
