"""The organisation report: what do I hand over for my organisation and its sub-organisations?"""

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Account
from accounts.services import audit
from accounts.views.visit import Visit, visited
from billing_portal.common import csvfile
from billing_portal.common.attachments import attachment
from billing_portal.common.parts.months import MonthChoice, chosen
from usage.exports import organisation as files
from usage.forms.organisation import OrganisationForm
from usage.selectors import activity, organisation
from usage.selectors.organisation import Asked
from usage.tables.organisation import OrganisationTable

PER_PAGE = 50


@require_safe
@visited
def organisation_report(visit: Visit) -> HttpResponseBase:
    """Page, and the CSV of the same at `?format=csv`."""
    account = _account(visit)
    if account is None:
        return visit.page(
            "generic/no_account.html", None, report={"title": _("Organisation report")}
        )
    form = OrganisationForm(visit.request.GET)
    months = _months(visit, account)
    said = form.cleaned_data if form.is_valid() else {}
    asked = Asked(account, months.month, below=said.get("below") != "no", by=said.get("by", ""))
    if visit.request.GET.get("format") == "csv":
        if months.problem or form.errors:
            raise Http404
        return _file(visit, asked)
    return _page(visit, asked, form, months)


def _account(visit: Visit) -> Account | None:
    """The organisation that the address names, at any depth; the first own one if it names none."""
    key = visit.request.GET.get("account")
    if key is None:
        return visit.own[0] if visit.own else None
    return organisation.organisation(access=visit.access, key=key)


def _months(visit: Visit, account: Account) -> MonthChoice:
    """From the first fact to the running month; the previous one if none is named."""
    usual = visit.month.previous
    ids = organisation.members(asked=Asked(account, visit.month))
    first = activity.first_month(accounts=ids) or usual
    text = visit.request.GET.get("month")
    return chosen(text, first=min(first, usual), last=visit.month, usual=usual)


def _page(
    visit: Visit, asked: Asked, form: OrganisationForm, months: MonthChoice
) -> HttpResponseBase:
    report = organisation.report(asked=asked, now=visit.now)
    query = visit.request.GET.copy()
    table = OrganisationTable(
        report,
        seen=visit.access.usage,
        caption=_("Organisation report"),
        order_by=[part for part in query.getlist("sort") if part][:3],
    )
    table.turn(page=query.get("page"), per_page=PER_PAGE)
    query["format"], query["month"] = "csv", asked.month.iso
    return visit.page(
        "usage/organisation/report.html",
        asked.account,
        among=visit.own if asked.account in visit.own else (),
        title=_("Organisation report"),
        form=form,
        months=months,
        table=table,
        csv=query.urlencode(),
        running=asked.month.holds(visit.now),
    )


def _file(visit: Visit, asked: Asked) -> HttpResponseBase:
    report = organisation.report(asked=asked, now=visit.now)
    name = files.file_name(asked)
    audit.record(
        actor=visit.person.email,
        action="organisation-report.download",
        now=visit.now,
        account_key=asked.account.key,
        subject=name,
    )
    return attachment(csvfile.encode(files.lines(report)), name=name)
