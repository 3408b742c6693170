"""What the page of an account and the overview say about bills, documents and month ends."""

from datetime import datetime

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Account
from billing_portal.common.staff import ACCOUNT_FACTS, NEEDS, Fact, Need, amount, link, page_of
from invoices.admin.run_page import in_words
from invoices.choices import ItemState, RenderState
from invoices.models import Bill, BillingProfile, Invoice, Rendering, RunItem
from invoices.selectors.health import parked_accounts, unapproved_accounts, unfinished_runs

LAST = 3


def _bills(account: Account) -> SafeString | str:
    return _newest(
        "invoices_bill",
        account,
        [
            (
                f"{bill.month} {bill.get_coverage_display()}",
                bill.pk,
                bill.gross_minor,
                bill.currency,
            )
            for bill in Bill.objects.filter(account=account).order_by("-month", "coverage")[:LAST]
        ],
    )


def _invoices(account: Account) -> SafeString | str:
    rows = Invoice.objects.filter(account=account).order_by("-month", "-pk").defer("snapshot")
    shown = [(row.label, row.pk, row.total_minor, row.currency) for row in rows[:LAST]]
    return _newest("invoices_invoice", account, shown)


def _newest(
    pages: str, account: Account, rows: list[tuple[str, int, int, str]]
) -> SafeString | str:
    """The newest ones with their totals, and the way to all of them."""
    if not rows:
        return _("none")
    lines = [
        (link(text, f"{pages}_change", pk), amount(minor, currency), currency)
        for text, pk, minor, currency in rows
    ]
    whole = link(_("all"), f"{pages}_changelist", q=account.key)
    return format_html_join(" · ", "{} {} {}", lines) + SafeString(" · ") + whole


def _profile(account: Account) -> SafeString | str:
    profile = BillingProfile.objects.filter(account=account).first()
    if profile is None:
        text = _("Add one. Until then the account's own names are used.")
        return link(text, "invoices_paymentsetting_add", account=account.pk)
    words = ", ".join(filter(None, (profile.company, profile.department, profile.email)))
    return link(words or profile.pk, "invoices_billingprofile_change", profile.pk)


def _parked(account: Account) -> SafeString | str:
    items = RunItem.objects.filter(account=account, state=ItemState.PARKED)
    rows = [
        (
            link(item.run.month, "invoices_billingrun_change", item.run_id),
            item.get_coverage_display(),
            in_words(item.problems, account.key),
        )
        for item in items.select_related("run").order_by("run__month", "coverage")[:12]
    ]
    return format_html_join("", "<div><strong>{}, {}</strong> {}</div>", rows) or _("none")


def _count_failed_pdfs(_now: datetime) -> int:
    return Rendering.objects.filter(state=RenderState.WAITING).exclude(error="").count()


ACCOUNT_FACTS += [
    Fact(gettext_lazy("parked"), "invoices.view_runitem", _parked),
    Fact(gettext_lazy("bills"), "invoices.view_bill", _bills),
    Fact(gettext_lazy("invoices"), "invoices.view_invoice", _invoices),
    Fact(gettext_lazy("billing profile"), "invoices.view_billingprofile", _profile),
]
NEEDS += [
    Need(
        "invoices.view_runitem",
        lambda _now: parked_accounts(),
        lambda count: ngettext(
            "%(count)d account is parked at a month end.",
            "%(count)d accounts are parked at a month end.",
            count,
        ),
        lambda _now: page_of("invoices_runitem_changelist", state__exact=ItemState.PARKED.value),
        "problem",
    ),
    Need(
        "invoices.view_runitem",
        lambda _now: unapproved_accounts(),
        lambda count: ngettext(
            "%(count)d account of a month end waits for approval.",
            "%(count)d accounts of a month end wait for approval.",
            count,
        ),
        lambda _now: page_of("invoices_runitem_changelist", state__exact=ItemState.PROPOSED.value),
    ),
    Need(
        "invoices.view_rendering",
        _count_failed_pdfs,
        lambda count: ngettext(
            "%(count)d PDF could not be made yet.", "%(count)d PDFs could not be made yet.", count
        ),
        lambda _now: page_of(
            "invoices_rendering_changelist", state__exact=RenderState.WAITING.value
        ),
        "problem",
    ),
    Need(
        "invoices.view_billingrun",
        lambda _now: unfinished_runs(),
        lambda count: ngettext(
            "%(count)d month is being closed.", "%(count)d months are being closed.", count
        ),
        lambda _now: page_of("invoices_billingrun_changelist"),
        "info",
    ),
]
