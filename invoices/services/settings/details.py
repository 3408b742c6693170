"""Invoice details: registered by staff, changed by the customer at once and without asking.

The company's name and its country stay with staff: the one is whom the contract is with, the other
decides the tax. A change applies to documents that are issued after it.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from invoices.choices import Delivery
from invoices.models import BillingProfile, PaymentSetting
from invoices.selectors.paying import Details, Paying
from invoices.selectors.paying_history import BOTH, Deed
from invoices.services.settings import news
from invoices.services.settings.ground import Who, hold, record
from invoices.services.settings.refusals import BadDetails, NotRegistered, StaleForm

OWN = ("department", "contact", "address", "phone", "email", "delivery", "language")
"""What customers change themselves."""
LANGUAGES = ("ja", "en")
LIMITS = {"company": 200, "department": 200, "contact": 200, "address": 1000, "phone": 32}
SEPARATORS = ",;、；，\n"


def one_address(text: str) -> str:
    """Return the one e-mail address that a text is; BadDetails if it is none, or several."""
    address = text.strip()
    if not address:
        raise BadDetails(_("Invoices need an address that they are sent to."), "email")
    several = address.count("@") > 1 or len(address.split()) > 1
    if several or any(mark in address for mark in SEPARATORS):
        raise BadDetails(
            _("Write exactly one address. For several readers, use that of a mailing list."),
            "email",
        )
    try:
        validate_email(address)
    except ValidationError as error:
        said = _("This is no e-mail address: %(text)s") % {"text": address}
        raise BadDetails(said, "email") from error
    return address


def cleaned(details: Details) -> Details:
    """Return details as they are kept; raises BadDetails."""
    kept = {
        name: str(value).replace("\0", "").replace("\r\n", "\n").strip()
        for name, value in asdict(details).items()
    }
    for name, limit in LIMITS.items():
        if len(kept[name]) > limit:
            text = _("Longer than %(limit)d characters. Shorten it.")
            raise BadDetails(text % {"limit": limit}, name)
    if not kept["company"]:
        raise BadDetails(_("The company's name is missing."), "company")
    if kept["delivery"] == Delivery.POST and not kept["address"]:
        raise BadDetails(_("Invoices by post need an address."), "address")
    kept["country"] = _country(kept["country"])
    if kept["delivery"] not in Delivery.values or kept["language"] not in LANGUAGES:
        raise BadDetails(_("Choose one of those that are offered."), "delivery")
    return Details(**{**kept, "email": one_address(kept["email"])})


def _country(text: str) -> str:
    if len(text) == 2 and text.isascii() and text.isalpha() and text.isupper():
        return text
    raise BadDetails(_("Write the country as two capital letters, such as JP."), "country")


def change(
    *, account: Account, coverage: str, values: Mapping[str, str], shown: str, who: Who
) -> bool:
    """Change invoice details; False if they say so already, as after a second press.

    `shown` is the version of the details that the form was filled in from. Customers change `OWN`,
    staff everything. Where both coverages have the same details without being merged, this coverage
    gets details of its own. Raises NotRegistered, StaleForm or BadDetails.
    """
    with transaction.atomic():
        held = hold(account=account, who=who)
        profile = held.ways[coverage].profile
        if profile is None:
            raise NotRegistered(_("There are no invoice details yet: request invoice payment."))
        before = Details.of(profile)
        allowed = values if who.is_staff else {name: values[name] for name in OWN if name in values}
        after = cleaned(replace(before, **allowed))
        if after == before:
            return False
        if shown != before.version:
            raise StaleForm
        keep(held, coverage, after)
        changed = before.differences(after)
        about = BOTH if held.merged else coverage
        record(Deed.CHANGE, held, who, coverage=about, changed=changed)
        news.details_changed(held, about, before=before, after=after, who=who)
    return True


def register(*, account: Account, coverage: str, details: Details, who: Who) -> BillingProfile:
    """Enter details for a coverage, in place of any that it has: for staff. Raises BadDetails."""
    with transaction.atomic():
        held = hold(account=account, who=who)
        kept = cleaned(details)
        profile = keep(held, coverage, kept)
        about = BOTH if held.merged else coverage
        record(Deed.REGISTER, held, who, coverage=about, company=kept.company)
    return profile


def keep(held: Paying, coverage: str, details: Details) -> BillingProfile:
    """Write the details of a coverage, under the lock of its account.

    The row serves the other coverage too if they are merged; else a row that both have stays with
    the other one.
    """
    profile = held.ways[coverage].profile
    if profile is None or (held.shared and not held.merged):
        profile = BillingProfile(account=held.account)
    for name, value in asdict(details).items():
        setattr(profile, name, value)
    profile.save()
    for each in held.ways if held.merged else (coverage,):
        point(held, each, profile)
    return profile


def point(held: Paying, coverage: str, profile: BillingProfile) -> None:
    """Let a coverage have these details."""
    setting = PaymentSetting.objects.filter(account=held.account, coverage=coverage).first()
    setting = setting or PaymentSetting(account=held.account, coverage=coverage)
    if setting.profile_id != profile.pk:
        setting.profile = profile
        setting.save()
