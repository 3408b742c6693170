"""Names, groups and tags of devices: one, many at a time, and as a file there and back."""

from django.contrib import messages
from django.http import (
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.choices import Reach
from accounts.models import Account
from accounts.selectors.jobs import current
from accounts.services import audit, jobs
from accounts.tasks.jobs import make
from accounts.views.visit import Visit, visited
from billing_portal.common import csvfile
from billing_portal.common.attachments import attachment
from billing_portal.common.dispatch import send
from billing_portal.common.reports.files import file_name
from billing_portal.common.reports.listing import Listing
from billing_portal.common.reports.scope import Scope
from billing_portal.common.uploads import limit_in_mib
from usage.exports import labels_file
from usage.exports.devices import DEVICES
from usage.exports.labels_job import DEVICES_RELABEL, listed, subject_of
from usage.forms.labels import LabelsForm, RelabelForm
from usage.forms.uploads import LabelsUpload
from usage.ingest.devices.columns import CUSTOMERS, ID, TAG
from usage.ingest.devices.jobs import DEVICES_LABELS, subject
from usage.ingest.devices.keeping import keep
from usage.selectors import device_page
from usage.services.devices import Result, Terms, Wish, change_devices
from usage.services.devices.cells import CLEAR
from usage.services.devices.relabelling import Relabelled, relabel

AT_ONCE = 500
"""So many devices are changed while the browser waits; more of them are a job."""


@require_http_methods(["GET", "POST"])
@visited
def edit(visit: Visit, key: str) -> HttpResponseBase:
    """Change name, group and tags of one device."""
    row = device_page.get(access=visit.access, key=key)
    if row.account_id not in visit.access.manage:
        raise Account.DoesNotExist(key)
    form = LabelsForm(visit.request.POST if visit.request.method == "POST" else None, row=row)
    if form.is_valid():
        wish = Wish(key=key, since=visit.now, **form.changes())
        terms = Terms(now=visit.now, within=visit.access.manage, actor=visit.person.email)
        (outcome,) = change_devices(wishes=[wish], terms=terms)
        if outcome.result != Result.REJECTED:
            _tell_one(visit, key, changed=outcome.result == Result.CHANGED)
            return redirect("device", key)
        form.add_error(None, outcome.reason)
    return visit.page(
        "usage/devices/edit.html",
        row.account,
        row=row,
        form=form,
        title=_("Name, group and tags"),
    )


@require_POST
@visited
def many(visit: Visit) -> HttpResponseBase:
    """Change one thing of many devices: those selected, or all of a list."""
    account = visit.managed()
    query = QueryDict(visit.request.POST.get("query", ""))
    back = f"{reverse('devices')}?{query.urlencode()}"
    form = RelabelForm(visit.request.POST)
    if not form.is_valid():
        problems = [str(text) for errors in form.errors.values() for text in errors]
        messages.error(visit.request, " ".join(problems))
        return HttpResponseRedirect(back)
    keys = visit.request.POST.getlist("device")
    if form.cleaned_data["which"] == "all":
        keys = listed(access=visit.access, account=account, now=visit.now, query=query)
    if not keys:
        messages.warning(visit.request, _("No device is selected, so nothing was changed."))
    elif len(keys) > AT_ONCE:
        return _order(visit, account, form, query, keys)
    else:
        _tell_many(
            visit,
            relabel(
                keys=keys,
                change=form.changes(),
                within=visit.access.manage,
                actor=visit.person.email,
                now=visit.now,
            ),
        )
    return HttpResponseRedirect(back)


@require_GET
@visited
def download(visit: Visit) -> HttpResponseBase:
    """The labels of a list as a file that can be edited and sent back."""
    account = visit.managed()
    query = visit.request.GET
    listing = Listing(DEVICES, Scope(visit.access, account, visit.now, query))
    rows = listing.ordered.filter(account_id__in=visit.access.manage)
    name = f"labels-{file_name(listing)}"
    audit.record(
        actor=visit.person.email,
        action="devices-labels.download",
        now=visit.now,
        account_key=account.key,
        subject=name,
    )
    return attachment(csvfile.encode(labels_file.lines(rows)), name=name)


@require_http_methods(["GET", "POST"])
@visited
def upload(visit: Visit) -> HttpResponseBase:
    """Take in a file of labels, as a job."""
    account = visit.managed()
    posted = visit.request.method == "POST"
    form = LabelsUpload(*((visit.request.POST, visit.request.FILES) if posted else ()))
    if form.is_valid():
        job = jobs.order(
            kind=DEVICES_LABELS.name,
            reach=Reach.USAGE,
            account=account,
            person=visit.person,
            subject=subject(keep(form.cleaned_data["upload"]), person=visit.person.pk),
            now=visit.now,
        )
        send(make, job_id=job.pk)
        return redirect("job", job.pk)
    return visit.page(
        "usage/devices/upload.html",
        account,
        title=_("Edit labels in a spreadsheet"),
        form=form,
        columns=[ID, *CUSTOMERS.known, f"{TAG}NAME"],
        clear=CLEAR,
        limit=limit_in_mib(),
        jobs=current(
            access=visit.access,
            account=account,
            now=visit.now,
            kinds=(DEVICES_LABELS.name, DEVICES_RELABEL.name),
        ),
    )


def _order(
    visit: Visit, account: Account, form: RelabelForm, query: QueryDict, keys: list[str]
) -> HttpResponse:
    """Change many devices as a job, and lead to the page that says how far it is."""
    job = jobs.order(
        kind=DEVICES_RELABEL.name,
        reach=Reach.USAGE,
        account=account,
        person=visit.person,
        subject=subject_of(
            change=form.changes(),
            query=query.urlencode(),
            keys=keys if form.cleaned_data["which"] == "selected" else [],
            person_id=visit.person.pk,
        ),
        now=visit.now,
    )
    send(make, job_id=job.pk)
    return redirect("job", job.pk)


def _tell_one(visit: Visit, key: str, *, changed: bool) -> None:
    text = _("%(key)s is changed from now on.") if changed else _("%(key)s stays as it was.")
    level = messages.SUCCESS if changed else messages.INFO
    messages.add_message(visit.request, level, text % {"key": key})


def _tell_many(visit: Visit, summary: Relabelled) -> None:
    changed = summary.counts[Result.CHANGED]
    text = ngettext(
        "%d device is changed from now on.", "%d devices are changed from now on.", changed
    )
    said = [text % changed]
    if same := summary.counts[Result.UNCHANGED]:
        said.append(ngettext("%d stays as it was.", "%d stay as they were.", same) % same)
    messages.success(visit.request, " ".join(said))
    if rejected := summary.counts[Result.REJECTED]:
        text = ngettext("%d device was not changed.", "%d devices were not changed.", rejected)
        reasons = " ".join(summary.reasons[:3])
        messages.warning(visit.request, f"{text % rejected} {reasons}")
