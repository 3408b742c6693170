"""Credit points: granted and corrected by staff, taken by documents, given back, lapsed (Q45).

Lots are locked in the order of their keys, after months and coupons and before receivables and the
counter of a series: the lock order of the house.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.services import audit
from billing_portal.common.periods import Month
from invoices.choices import Currency, ItemState, PointEntryKind
from invoices.models import Invoice, PointEntry, PointGrant, RunItem
from invoices.selectors.points import Standing, standings, usable
from invoices.services.credits import ground
from invoices.services.credits.refusals import BadTerms
from usage.selectors.chunks import chunks

MOST = 10**12
"""More points than that are a slip of the keyboard."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class Draw:
    """So many points of one grant."""

    grant_id: int
    points: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PointWish:
    """What staff want to give. Without a day of expiry the points never lapse."""

    account: Account
    points: int
    expires_on: date | None
    reason: str


class Purse:
    """The points of some accounts, locked; `draw` takes from it in memory, `spend` writes it."""

    def __init__(self, lots: Mapping[int, Sequence[Draw]]) -> None:
        self._lots = {account_id: list(draws) for account_id, draws in lots.items()}

    def draw(self, *, account_id: int, currency: str, due_minor: int) -> tuple[Draw, ...]:
        """Take as many points as there are, at most the amount due, the earliest expiry first.

        Nothing for a document in another currency than JPY: a point is a yen.
        """
        if currency != Currency.JPY:
            return ()
        taken: list[Draw] = []
        lots = self._lots.get(account_id, [])
        while lots and due_minor > 0:
            lot = lots[0]
            points = min(lot.points, due_minor)
            taken.append(Draw(lot.grant_id, points))
            due_minor -= points
            lots[:1] = [Draw(lot.grant_id, lot.points - points)] if points < lot.points else []
        return tuple(taken)


def lock(*, account_ids: Collection[int], on: date) -> Purse:
    """Lock the grants of accounts that are usable on a day, in two queries.

    `on` is the issue date of the documents that are to take from them. Call it in the transaction
    that issues, before receivables and series are locked.
    """
    rows = PointGrant.objects.filter(usable(on=on), account__in=account_ids)
    grants = list(rows.select_for_update().order_by("pk"))
    stands = standings(grant_ids={grant.pk for grant in grants})
    lots: dict[int, list[Draw]] = {}
    for grant in sorted(grants, key=lambda each: (each.expires_on or date.max, each.pk)):
        if stands[grant.pk].left > 0:
            lots.setdefault(grant.account_id, []).append(Draw(grant.pk, stands[grant.pk].left))
    return Purse(lots)


def spend(*, uses: Mapping[Invoice, Sequence[Draw]], now: datetime) -> None:
    """Write what new documents took; they have their keys by now. The purse's locks are held."""
    moves = [
        _Move(draw.grant_id, PointEntryKind.USE, -draw.points, invoice)
        for invoice, draws in uses.items()
        for draw in draws
    ]
    _append(moves, actor=audit.SYSTEM, now=now)


def give_back(*, document: Invoice, points: int, actor: str, now: datetime) -> None:
    """Put points back where the corrected document took them from, the latest expiry first.

    `document` is the return or modified invoice. Points keep their expiry: of a grant that is over
    they lapse with the next tick. Raises BadTerms if the document took fewer, or they came back.
    """
    if points < 0:
        raise BadTerms(_("The points must not be below 0."), "points")
    moves: list[_Move] = []
    rest = points
    for grant_id, used in _taken_by(document):
        amount = min(used, rest)
        if amount > 0:
            moves.append(_Move(grant_id, PointEntryKind.RETURN, amount, document))
        rest -= amount
    if rest:
        raise BadTerms(_("The corrected document did not take so many points."), "points")
    _append(moves, actor=actor, now=now)


def grant(*, wish: PointWish, today: date, actor: str, now: datetime) -> PointGrant:
    """Give points to a billing account. `today` is a day in the issuer's zone.

    Raises a CreditRefused.
    """
    if not 1 <= wish.points <= MOST:
        raise BadTerms(_("Write a whole number from 1 to %(most)s.") % {"most": f"{MOST:,}"},
                       "points")  # fmt: skip
    if wish.expires_on is not None and wish.expires_on < today:
        raise BadTerms(_("That day is over."), "expires_on")
    reason = ground.words(wish.reason, field="reason", required=True)
    ground.check_payer(account=wish.account, month=Month.of(now), field="account")
    with transaction.atomic():
        row = PointGrant.objects.create(
            account=wish.account,
            points=wish.points,
            granted_at=now,
            expires_on=wish.expires_on,
            reason=reason,
        )
        move = _Move(row.pk, PointEntryKind.GRANT, wish.points, reason=reason)
        _append([move], actor=actor, now=now)
        expiry = wish.expires_on.isoformat() if wish.expires_on else ""
        detail = {"points": wish.points, "expires_on": expiry, "reason": reason}
        _audit("points.grant", row, detail, actor, now)
    return row


def correct(*, grant: PointGrant, points: int, reason: str, actor: str, now: datetime) -> None:
    """Add to what is left of a grant, or take away from it. Raises a CreditRefused."""
    if not points or abs(points) > MOST:
        raise BadTerms(_("A correction of 0 changes nothing."), "points")
    why = ground.words(reason, field="reason", required=True)
    with transaction.atomic():
        held = PointGrant.objects.select_for_update().get(pk=grant.pk)
        left = standings(grant_ids=[held.pk])[held.pk].left
        if left + points < 0:
            text = _("%(left)s points are left, which is fewer than %(points)s.")
            raise BadTerms(text % {"left": left, "points": -points}, "points")
        move = _Move(held.pk, PointEntryKind.CORRECTION, points, reason=why)
        _append([move], actor=actor, now=now)
        detail = {"points": points, "left": left + points, "reason": why}
        _audit("points.correct", held, detail, actor, now)


def lapse(*, today: date, now: datetime) -> int:
    """Let what is left of grants go whose last day is over; return how many grants that were.

    Those of accounts whose month is being closed wait: its documents may bear an earlier day.
    """
    closing = RunItem.objects.exclude(state=ItemState.CLOSED).values("account")
    over = PointGrant.objects.filter(expires_on__lt=today).exclude(account__in=closing)
    held = over.annotate(left=Sum("entries__amount")).filter(left__gt=0)
    keys = sorted(held.values_list("pk", flat=True))
    for part in chunks(keys, BATCH):
        with transaction.atomic():
            rows = PointGrant.objects.filter(pk__in=part).select_for_update().order_by("pk")
            ids = [row.pk for row in rows]
            stands = standings(grant_ids=ids)
            moves = [_Move(key, PointEntryKind.LAPSE, -stands[key].left) for key in ids]
            _append([move for move in moves if move.points], actor=audit.SYSTEM, now=now)
    return len(keys)


@dataclass(frozen=True, slots=True)
class _Move:
    grant_id: int
    kind: PointEntryKind
    points: int
    invoice: Invoice | None = None
    reason: str = ""


def _append(moves: Sequence[_Move], *, actor: str, now: datetime) -> None:
    stands = standings(grant_ids={move.grant_id for move in moves})
    entries = []
    for move in moves:
        stand = stands[move.grant_id]
        after = Standing(stand.number + 1, stand.left + move.points)
        stands[move.grant_id] = after
        entries.append(
            PointEntry(
                grant_id=move.grant_id,
                number=after.number,
                kind=move.kind,
                amount=move.points,
                left=after.left,
                invoice=move.invoice,
                at=now,
                actor=actor,
                reason=move.reason,
            )
        )
    PointEntry.objects.bulk_create(entries)


def _taken_by(document: Invoice) -> list[tuple[int, int]]:
    """What the corrected document still holds of each grant, the latest expiry first; locked."""
    corrected = _corrected(document)
    entries = PointEntry.objects.filter(kind=PointEntryKind.USE, invoice__in=corrected)
    used = {entry.grant_id: -entry.amount for entry in entries}
    rows = PointGrant.objects.filter(pk__in=list(used)).select_for_update().order_by("pk")
    grants = {row.pk: row for row in rows}
    back = PointEntry.objects.filter(kind=PointEntryKind.RETURN, invoice__corrects__in=corrected)
    for entry in back:
        used[entry.grant_id] -= entry.amount
    latest = sorted(grants, key=lambda key: (grants[key].expires_on or date.max, key), reverse=True)
    return [(key, used[key]) for key in latest]


def _corrected(document: Invoice) -> list[int]:
    """The document that is corrected, and those whose place it took: the points were taken once."""
    found, last = [], document.corrects_id
    while last is not None:
        found.append(last)
        last = Invoice.objects.values_list("corrects_id", flat=True).get(pk=last)
    return found


def _audit(
    action: str, row: PointGrant, detail: dict[str, object], actor: str, now: datetime
) -> None:
    audit.record(
        actor=actor,
        action=action,
        now=now,
        account_key=row.account.key,
        subject=f"grant {row.pk}",
        detail=detail,
    )
