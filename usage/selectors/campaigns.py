"""What update campaigns did, as the facts say."""

from datetime import UTC

from usage.metering.counters import FIRMWARE_UPDATE
from usage.models import Campaign, UsageRecord


def devices_updated(*, campaign: Campaign) -> int:
    """Count the devices that a campaign updated: one token for each, however often (B5).

    A fact without a device stands for so many of them as its quantity says. Facts that are known by
    day only stand at 00:00 of the day on which the campaign started.
    """
    first = campaign.started_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    facts = UsageRecord.objects.filter(
        account_id=campaign.account_id,
        at__gte=first,
        meter__code=FIRMWARE_UPDATE,
        variant__in=[campaign.pk.hex, str(campaign.pk)],
    )
    devices = facts.filter(device__isnull=False).values("device_id").distinct().count()
    others = facts.filter(device__isnull=True).values_list("quantity", flat=True)
    return devices + sum(others)
