"""What the tables of activity must say, counted from the facts in the plainest way."""

from collections import defaultdict
from typing import Any

from billing_portal.common.periods import Month
from usage.models import AccountDay, DeviceActivity, UsageRecord

Found = dict[tuple[Any, ...], tuple[Any, ...]]


def devices() -> Found:
    rows = DeviceActivity.objects.all()
    return {
        (row.account_id, row.month, row.device_id): (
            row.first_active_at,
            row.last_active_at,
            row.first_seen_at,
            row.last_seen_at,
        )
        for row in rows
    }


def days() -> Found:
    return {
        (row.account_id, row.day, row.meter_id): (
            int(row.total),
            row.last_at,
            row.last_quantity,
            row.greatest,
        )
        for row in AccountDay.objects.all()
    }


def devices_of_facts() -> Found:
    proofs = defaultdict(list)
    for fact in UsageRecord.objects.exclude(device=None).select_related("meter"):
        if fact.meter.evidence and fact.quantity:
            proofs[fact.account_id, Month.of(fact.at), fact.device_id].append(fact)
    found = {}
    for key, facts in proofs.items():
        seen = [fact.at for fact in facts]
        active = [fact.at for fact in facts if fact.meter.evidence == "active"]
        own = (min(active), max(active)) if active else (None, None)
        found[key] = (*own, min(seen), max(seen))
    return found


def days_of_facts() -> Found:
    parts = defaultdict(list)
    for fact in UsageRecord.objects.all():
        parts[fact.account_id, fact.at.date(), fact.meter_id].append((fact.at, fact.quantity))
    return {
        key: (sum(q for _at, q in facts), *max(facts), max(q for _at, q in facts))
        for key, facts in parts.items()
    }
