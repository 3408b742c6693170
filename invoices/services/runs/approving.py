"""Looking before it counts: what was proposed is approved, or sent back .

An approval names what was seen. What changed meanwhile is not approved unseen, and closing compares
once more (invoices.services.bills.close).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.services import audit
from billing_portal.common import leases
from billing_portal.common.checkpoints import reached
from invoices.choices import Approval, ItemState
from invoices.models import BillingRun, RunItem
from invoices.selectors.approvals import seen as name_of
from invoices.selectors.runs import is_automatic, overtaken
from invoices.services.runs.states import ANEW

LONGEST_NOTE = 500


class ApprovalRefused(Exception):
    """What was not approved or not sent back; the message says why and what to do."""


class ChangedMeanwhile(ApprovalRefused):
    def __init__(self) -> None:
        super().__init__(
            _("Something changed since this page was shown: look at it again, then approve it.")
        )


class SamePerson(ApprovalRefused):
    def __init__(self) -> None:
        super().__init__(
            _("You prepared this yourself: somebody else has to approve it (four eyes).")
        )


class NoteMissing(ApprovalRefused):
    def __init__(self) -> None:
        super().__init__(_("Say in a note why it is sent back."))


@dataclass(frozen=True, slots=True)
class Approved:
    """How many accounts are approved now, and how many wait for somebody else (four eyes)."""

    accounts: int
    left: int


def approve(
    *,
    run: BillingRun,
    seen: str,
    actor: str,
    now: datetime,
    item_ids: Collection[int] | None = None,
) -> Approved:
    """Approve all that waits in a run, or the chosen items, if it is what was seen.

    `seen` is the name of the proposals as they were shown (invoices.selectors.approvals). Raises an
    `ApprovalRefused`. Safe twice: what was approved before is not there any more.
    """
    with transaction.atomic():
        rows = _waiting(run, item_ids)
        if not rows or name_of((row.pk, row.digest) for row in rows) != seen:
            raise ChangedMeanwhile
        own = [row for row in rows if _is_own(row, actor)]
        if len(own) == len(rows):
            raise SamePerson
        keys = [row.pk for row in rows if not _is_own(row, actor)]
        _approve(keys, actor, now)
        detail = {"accounts": len(keys), "left": len(own), "seen": seen}
        _record(run, "approve", actor, now, detail)
        reached("approve.before_commit")
    return Approved(len(keys), len(own))


def send_back(
    *, run: BillingRun, seen: Mapping[int, str], note: str, actor: str, now: datetime
) -> int:
    """Let proposed or approved items be rated anew; return how many.

    `seen` has the digest of each item as it was shown. What changed meanwhile, or is being closed
    at this moment, stays. Raises an `ApprovalRefused`.
    """
    note = note.replace("\0", "").strip()[:LONGEST_NOTE]
    if not note:
        raise NoteMissing
    with transaction.atomic():
        states = [ItemState.PROPOSED, ItemState.APPROVED]
        items = RunItem.objects.filter(run=run, pk__in=list(seen), state__in=states)
        rows = leases.free(items, now).select_related("account").order_by("pk")
        found = [row for row in rows.select_for_update(of=("self",)) if row.digest == seen[row.pk]]
        if not found:
            raise ChangedMeanwhile
        again = {**ANEW, "due_at": now, "attempts": 0, "prepared_by": actor, "note": note}
        RunItem.objects.filter(pk__in=[row.pk for row in found]).update(**again)
        acts = [
            audit.Act(row.account.key, str(run.month), {"coverage": row.coverage, "note": note})
            for row in found
        ]
        audit.record_many(actor=actor, action="billing_run.send_back", now=now, acts=acts)
    return len(found)


def renew(*, now: datetime) -> int:
    """Let what waits for approval be proposed anew where facts came in since; return how many."""
    if is_automatic():
        return 0
    return overtaken().update(**ANEW, due_at=now)


def _waiting(run: BillingRun, item_ids: Collection[int] | None) -> list[RunItem]:
    """Lock what waits; who comes second finds less of it."""
    items: QuerySet[RunItem] = RunItem.objects.filter(run=run, state=ItemState.PROPOSED)
    if item_ids is not None:
        items = items.filter(pk__in=item_ids)
    return list(items.select_for_update().only("digest", "prepared_by").order_by("pk"))


def _is_own(row: RunItem, actor: str) -> bool:
    return settings.APPROVAL == Approval.FOUR_EYES and row.prepared_by == actor


def _approve(keys: list[int], actor: str, now: datetime) -> None:
    RunItem.objects.filter(pk__in=keys).update(
        state=ItemState.APPROVED,
        approved_by=actor,
        approved_at=now,
        due_at=now,
        attempts=0,
        error="",
    )


def _record(
    run: BillingRun, act: str, actor: str, now: datetime, detail: Mapping[str, object]
) -> None:
    audit.record(
        actor=actor, action=f"billing_run.{act}", now=now, subject=str(run.month), detail=detail
    )
