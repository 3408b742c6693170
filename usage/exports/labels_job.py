"""One change of very many devices, as a job."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Access, access_of
from accounts.models import Account, Job
from accounts.services.jobs import CannotBeDone, Kind, Made, Report
from billing_portal.common.periods import Month
from billing_portal.common.reports.listing import Listing
from billing_portal.common.reports.scope import Scope
from usage.exports.devices import DEVICES
from usage.services.devices import Result
from usage.services.devices.relabelling import Relabelled, relabel


def listed(*, access: Access, account: Account, now: datetime, query: QueryDict) -> list[str]:
    """The ids of all devices of a filtered list that the person may change."""
    listing = Listing(DEVICES, Scope(access, account, now, query))
    rows = listing.rows.filter(account_id__in=access.manage).select_related(None)
    return list(rows.prefetch_related(None).order_by("key").values_list("key", flat=True))


def subject_of(
    *, change: Mapping[str, Any], query: str, keys: Sequence[str], person_id: int
) -> dict[str, Any]:
    """What a job of this kind is about; without keys, all devices of the list."""
    return {"change": dict(change), "query": query, "keys": list(keys), "person": person_id}


def make(job: Job, report: Report) -> Made:
    """Change the devices, as far as the person still manages them."""
    access = access_of(job.asker, month=Month.of(job.created_at))
    if job.account is None or job.account_id not in access.manage:
        raise CannotBeDone(_("You no longer manage this account, so nothing was changed."))
    keys = job.subject["keys"] or listed(
        access=access,
        account=job.account,
        now=job.created_at,
        query=QueryDict(job.subject["query"]),
    )
    summary = relabel(
        keys=keys,
        change=job.subject["change"],
        within=access.manage,
        actor=job.actor,
        now=job.created_at,
        told=lambda done: report(done * 100 // len(keys)),
    )
    return Made(result={"lines": _lines(summary)})


def title(job: Job) -> str:
    """What it is about: "Group: north"."""
    change = job.subject["change"]
    if "group" in change:
        return _("Group: %s") % (change["group"] or "–")
    ((name, value),) = change["tags"].items()
    return _("Tag: %s") % (name if value is None else f"{name}={value}")


def back(job: Job) -> str:
    """The list, with its filters."""
    return f"{reverse('devices')}?{job.subject['query']}"


DEVICES_RELABEL = Kind("devices-relabel", gettext_lazy("Change of many devices"), make, title, back)


def _lines(summary: Relabelled) -> list[str]:
    text = _("%(changed)d changed, %(unchanged)d unchanged, %(rejected)d rejected.")
    counts = {str(result): summary.counts[result] for result in Result}
    return [text % counts, *summary.reasons]
