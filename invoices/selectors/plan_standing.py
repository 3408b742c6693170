"""What device plans an account holds, and how many devices it pays for on each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from accounts.models import Account
from accounts.selectors.tree import tree_in
from billing_portal.common.periods import Month
from invoices.models import PlanPurchase
from invoices.selectors.plans import DevicePlan, device_plans
from usage.choices import Coverage, DeviceKind, Status
from usage.models import DeviceNow, Plan
from usage.selectors.devices_list import owned_by


@dataclass(frozen=True, slots=True)
class Group:
    """Devices of one plan, or of none."""

    plan: Plan | None
    devices: int
    active: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The plan of an account for one kind of device in one coverage.

    current: what it took and what holds; coming: what takes its place at the next first of a month;
    groups: its devices of this kind that are on a device plan or on none.
    """

    coverage: Coverage
    kind: DeviceKind
    current: PlanPurchase | None
    coming: PlanPurchase | None
    groups: tuple[Group, ...]

    @property
    def given(self) -> list[Plan]:
        """The plans that its devices are on, whoever gave them."""
        return [group.plan for group in self.groups if group.plan is not None]

    @property
    def is_first(self) -> bool:
        """Whether nothing holds yet: what is taken then begins at once."""
        return self.current is None and not self.given

    @property
    def usable(self) -> list[Plan]:
        """The plans on which a device can be added now."""
        return [self.current.plan] if self.current else self.given

    @property
    def latest(self) -> Plan | None:
        """The plan that was taken last."""
        last = self.coming or self.current
        return last.plan if last else None

    @property
    def devices(self) -> int:
        return sum(group.devices for group in self.groups)


def paid_for(*, account: Account, month: Month) -> list[int]:
    """The accounts, by key, that are billed to an account in a month."""
    payers = tree_in(month=month).payers()
    return sorted(member for member, payer in payers.items() if payer == account.pk)


def standings(*, account: Account, now: datetime) -> list[Standing]:
    """One for each coverage and kind of device that has device plans. Five queries."""
    known = device_plans()
    places = dict.fromkeys(one.place for one in known.values())
    devices = _devices(paid_for(account=account, month=Month.of(now)), known)
    taken: dict[tuple[str, str], list[PlanPurchase]] = {}
    for row in purchases(account=account).order_by("since", "pk"):
        taken.setdefault((row.plan.coverage, row.plan.kind), []).append(row)
    return [_standing(place, taken.get(place, ()), devices.get(place, ()), now) for place in places]


def standing(*, account: Account, plan: Plan, now: datetime) -> Standing | None:
    """The one that a plan is about; None if it is no device plan."""
    place = (plan.coverage, plan.kind)
    found = standings(account=account, now=now)
    return next((one for one in found if (one.coverage, one.kind) == place), None)


def purchases(*, account: Account) -> QuerySet[PlanPurchase]:
    """Everything that an account took, the newest first."""
    rows = PlanPurchase.objects.filter(account=account).select_related("plan")
    return rows.order_by("-purchased_at", "-pk")


def on_device_plans(*, accounts: Collection[int]) -> QuerySet[DeviceNow]:
    """The devices of these accounts that are on a device plan."""
    return owned_by(accounts).filter(plan__in=device_plans())


def _standing(
    place: tuple[str, str],
    taken: Sequence[PlanPurchase],
    groups: Sequence[Group],
    now: datetime,
) -> Standing:
    held = [one for one in taken if one.since <= now]
    current = held[-1] if held else None
    coming = taken[-1] if taken and taken[-1].since > now else None
    if current and coming and current.plan_id == coming.plan_id:
        coming = None  # it was taken back
    return Standing(Coverage(place[0]), DeviceKind(place[1]), current, coming, tuple(groups))


def _devices(
    accounts: Sequence[int], known: Mapping[int, DevicePlan]
) -> dict[tuple[str, str], list[Group]]:
    """Those on a device plan, and those of such a kind on none."""
    rows = (
        owned_by(accounts)
        .filter(Q(plan__in=known) | Q(plan=None))
        .order_by("coverage", "kind", "plan")
        .values_list("coverage", "kind", "plan")
        .annotate(devices=Count("pk"), active=Count("pk", filter=Q(status=Status.ACTIVE)))
    )
    found: dict[tuple[str, str], list[Group]] = {}
    for coverage, kind, plan, devices, active in rows:
        group = Group(known[plan].plan if plan in known else None, devices, active)
        found.setdefault((coverage, kind), []).append(group)
    return found
