"""Files behind signed addresses that are no results of jobs: each kind says who gets which one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from accounts.access import Access


@dataclass(frozen=True, slots=True)
class Gift:
    """A file to hand over, in pieces; the audit trail says `action` and `account_key`."""

    name: str
    content_type: str
    account_key: str
    action: str
    pieces: Iterator[bytes]


class Giver(Protocol):
    """Finds the file of a key; raises ObjectDoesNotExist for who may not have it."""

    def __call__(self, *, access: Access, key: str) -> Gift: ...


GIVERS: dict[str, Giver] = {}


def register(kind: str, giver: Giver) -> None:
    """Make a kind of file known, when its app is ready."""
    GIVERS[kind] = giver
