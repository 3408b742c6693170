"""Service packages, their campaigns, and the ledger of what is left."""

# ruff: noqa: ARG002 - Django gives the signatures

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account
from billing_portal.common import clock
from billing_portal.common.staff import (
    ACCOUNT_FACTS,
    Act,
    Acting,
    Fact,
    KeptAdmin,
    ReadOnlyAdmin,
    link,
    person,
    typed_text,
)
from usage.choices import CampaignState, PackageStage
from usage.forms.packages import (
    CampaignForm,
    FinishForm,
    PackageForm,
    RenewalForm,
    TokensForm,
    WithdrawalForm,
)
from usage.models import Campaign, QuotaEntry, ServicePackage
from usage.selectors.packages import quota
from usage.services.packages import PackageRefused, packages

ByAccount = typed_text("account", gettext_lazy("account"), "account__key")
ByQuota = typed_text("account", gettext_lazy("account"), "ledger__account__key")


def _says_renew(package: Any) -> str:
    text = _(
        "The next package begins when this one ends, on %(ends)s, and is pending until then."
        " Tokens that are unused by then are lost, unless the setting keeps them; campaigns that"
        " run go on."
    )
    return text % {"ends": _utc(package.ends_at)}


def _says_tokens(package: Any) -> str:
    left = quota(account=package.account, at=clock.now())
    text = _("%(left)s tokens are left now. The change is entered in the ledger with its reason.")
    return text % {"left": f"{left.remaining:,}"}


def _says_withdraw(_package: Any) -> str:
    return _("It has not begun and never will. The audit trail keeps it with the reason.")


def _says_finish(campaign: Any) -> str:
    text = _(
        "It reserved %(reserved)s tokens. Those of devices that were not updated come back; the"
        " others are used. That cannot be undone."
    )
    return text % {"reserved": f"{campaign.reserved:,}"}


@admin.register(ServicePackage)
class ServicePackageAdmin(Acting, KeptAdmin):
    """On its own page only the note of a package changes."""

    new_form, refusal = PackageForm, PackageRefused
    acts = {
        "tokens": Act(gettext_lazy("Edit the tokens"), TokensForm, _says_tokens),
        "renew": Act(gettext_lazy("Renew the package"), RenewalForm, _says_renew),
        "withdraw": Act(gettext_lazy("Withdraw the package"), WithdrawalForm, _says_withdraw),
    }
    list_display = ("account", "quota", "starts_utc", "ends_utc", "stage", "created_by")
    list_select_related = ("account",)
    list_filter = ("stage", ByAccount)
    search_fields = ("account__key", "account__team_name", "note")
    search_help_text = gettext_lazy("Account or note")
    ordering = ("-starts_at", "pk")
    fields = (
        "id",
        "account",
        "quota",
        "left",
        "starts_utc",
        "ends_utc",
        "stage",
        "renews",
        "keeps_rest",
        "created_at",
        "created_by",
        "modified_at",
        "events",
        "note",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self.get_fields(request, obj) if name != "note"]

    def offers(self, row: Any, name: str) -> bool:
        if name == "renew":
            return bool(row.stage == PackageStage.RUNNING)
        if name == "withdraw":
            return bool(row.stage == PackageStage.WAITING)
        return row.stage in {PackageStage.RUNNING, PackageStage.WAITING}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if form.has_changed():
            packages.annotate(package=obj, note=obj.note, actor=person(request), now=clock.now())

    @admin.display(description=gettext_lazy("starts at (UTC)"), ordering="starts_at")
    def starts_utc(self, package: ServicePackage) -> str:
        return _utc(package.starts_at)

    @admin.display(description=gettext_lazy("ends at (UTC)"), ordering="ends_at")
    def ends_utc(self, package: ServicePackage) -> str:
        return _utc(package.ends_at)

    @admin.display(description=gettext_lazy("left, and reserved by campaigns"))
    def left(self, package: ServicePackage) -> str:
        found = quota(account=package.account, at=clock.now())
        return f"{found.remaining:,} + {found.reserved:,}"

    @admin.display(description=gettext_lazy("quota events"))
    def events(self, package: ServicePackage) -> SafeString:
        return link(_("All events"), "usage_quotaentry_changelist", account=package.account.key)

    def what_a_new_one_does(self) -> str:
        return _(
            "The account, which must be billed itself, can update one device for each token, for"
            " itself and its tenants, until the package ends or the tokens run out. Packages do not"
            " overlap: to let one follow without a gap, renew the running one on its page."
        )

    def in_words(self, row: Any) -> str:
        text = _("%(account)s has %(left)s tokens left, and %(reserved)s reserved by campaigns.")
        found = quota(account=row.account, at=clock.now())
        said = {"left": f"{found.remaining:,}", "reserved": f"{found.reserved:,}"}
        return text % {"account": row.account.key, **said}


@admin.register(Campaign)
class CampaignAdmin(Acting, ReadOnlyAdmin):
    """Campaigns are started and finished, by staff or by the update service of the operator."""

    new_form, refusal = CampaignForm, PackageRefused
    acts = {"finish": Act(gettext_lazy("Finish the campaign"), FinishForm, _says_finish)}
    list_display = ("name", "account", "state", "reserved", "updated", "started_at", "ended_at")
    list_select_related = ("account",)
    list_filter = ("state", ByAccount)
    search_fields = ("name", "account__key")
    search_help_text = gettext_lazy("Campaign or account")
    ordering = ("-started_at", "pk")
    fields = (
        "id",
        "name",
        "account",
        "package",
        "state",
        "reserved",
        "updated",
        "started_at",
        "ended_at",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("usage.add_campaign"))

    def may_act(self, request: HttpRequest, row: Any) -> bool:
        return bool(request.user.has_perm("usage.change_campaign"))

    def offers(self, row: Any, name: str) -> bool:
        return bool(row.state == CampaignState.OPEN)

    def what_a_new_one_does(self) -> str:
        return _(
            "The tokens are taken from the package of the account that is billed for this one, and"
            " are its own until the campaign is finished or the package expires."
        )

    def in_words(self, row: Any) -> str:
        said = {"name": row.name, "reserved": f"{row.reserved:,}"}
        if row.updated is None:
            return _("Campaign %(name)s holds %(reserved)s tokens.") % said
        text = _("Campaign %(name)s is finished: %(updated)s of %(reserved)s tokens were used.")
        return text % {**said, "updated": f"{row.updated:,}"}


@admin.register(QuotaEntry)
class QuotaEntryAdmin(ReadOnlyAdmin):
    """The ledgers, one account after another, the newest entries first."""

    list_display = ("at", "ledger", "reason", "campaign", "account", "amount", "left", "actor")
    list_select_related = ("ledger__account", "campaign", "account")
    list_filter = ("reason", ByQuota)
    search_fields = ("campaign__name",)
    search_help_text = gettext_lazy("Campaign")
    ordering = ("-ledger", "-number")
    sortable_by = ()
    fields = (
        "id",
        "ledger",
        "number",
        "at",
        "recorded_at",
        "reason",
        "amount",
        "left",
        "granted",
        "package",
        "campaign",
        "account",
        "actor",
        "note",
    )


def _utc(instant: Any) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"


def _packages(account: Account) -> SafeString:
    count = ServicePackage.objects.filter(account=account).valid_at(clock.now()).count()
    text = _("%(count)d valid now") % {"count": count}
    return link(text, "usage_servicepackage_changelist", account=account.key)


ACCOUNT_FACTS += [
    Fact(gettext_lazy("service packages"), "usage.view_servicepackage", _packages),
]
