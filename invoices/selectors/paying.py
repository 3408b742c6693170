"""How an account pays as its pages show it: each coverage with method, details and requests."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.choices import ApplicationState, PaymentMethod
from invoices.models import BillingProfile, InvoiceApplication, PaymentSetting
from invoices.models.settings import Addressee
from invoices.rating.taxes import HOME
from invoices.selectors.settings import LANGUAGE
from invoices.selectors.terms import ways_of
from usage.choices import Coverage, MonthState
from usage.models import AccountMonth


@dataclass(frozen=True, slots=True)
class Details:
    """What stands on documents of a customer, and where they are sent."""

    company: str
    department: str = ""
    contact: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    delivery: str = "email"
    country: str = HOME
    language: str = LANGUAGE

    @classmethod
    def of(cls, row: Addressee) -> "Details":
        return cls(**{field.name: getattr(row, field.name) for field in fields(cls)})

    def differences(self, other: "Details") -> dict[str, tuple[str, str]]:
        """The fields in which the other one differs, each with this value and the other one."""
        own, others = asdict(self), asdict(other)
        return {name: (old, others[name]) for name, old in own.items() if old != others[name]}

    @property
    def version(self) -> str:
        """Changes with every value: a form says by it which details it was filled in from."""
        values = "\0".join(map(str, asdict(self).values()))
        return sha256(values.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Way:
    """How one coverage is paid.

    in_use: there is a month of it to be billed; own: what was agreed for it without regard to a
    merge; latest: its last application, whatever became of it.
    """

    coverage: Coverage
    in_use: bool
    method: PaymentMethod
    own: PaymentMethod
    profile: BillingProfile | None
    latest: InvoiceApplication | None

    @property
    def by_invoice(self) -> bool:
        return self.method == PaymentMethod.INVOICE

    @property
    def open_application(self) -> InvoiceApplication | None:
        is_open = self.latest is not None and self.latest.state == ApplicationState.REQUESTED
        return self.latest if is_open else None

    @property
    def refused(self) -> InvoiceApplication | None:
        is_refused = self.latest is not None and self.latest.state == ApplicationState.REFUSED
        return self.latest if is_refused and not self.by_invoice else None

    @property
    def country(self) -> str:
        """Decides the tax (rules.md Q38)."""
        return self.profile.country if self.profile else HOME


@dataclass(frozen=True, slots=True)
class Paying:
    """How an account pays in a month.

    since: from which month on it has been merged or not, None if nobody ever merged; waiting: the
    ended months that are not closed yet, which a merge does not touch (rules.md Q42).
    """

    account: Account
    month: Month
    merged: bool
    since: Month | None
    waiting: tuple[Month, ...]
    ways: Mapping[str, Way]

    def other(self, coverage: str) -> Way:
        return next(way for key, way in self.ways.items() if key != coverage)

    @property
    def shared(self) -> bool:
        """Whether both coverages have the same details, merged or not."""
        profiles = [way.profile for way in self.ways.values()]
        return profiles[0] is not None and profiles[0] == profiles[1]


def paying(*, account: Account, month: Month) -> Paying:
    """Return how both coverages of an account are paid."""
    ways = ways_of(account_ids=[account.pk])
    settings = PaymentSetting.objects.filter(account=account).select_related("profile")
    profiles = {setting.coverage: setting.profile for setting in settings}
    latest = _latest_applications(account)
    in_use, waiting = _months(account, month)
    return Paying(
        account=account,
        month=month,
        merged=ways.is_merged(account.pk, month),
        since=ways.merged_since(account.pk, month),
        waiting=waiting,
        ways={
            coverage: Way(
                coverage=Coverage(coverage),
                in_use=coverage in in_use,
                method=ways.method((account.pk, coverage), month),
                own=ways.agreed((account.pk, coverage), month),
                profile=profiles.get(coverage),
                latest=latest.get(coverage),
            )
            for coverage in Coverage.values
        },
    )


def _latest_applications(account: Account) -> dict[str, InvoiceApplication]:
    rows = InvoiceApplication.objects.filter(account=account).order_by("requested_at", "pk")
    return {row.coverage: row for row in rows}


def _months(account: Account, running: Month) -> tuple[set[str], tuple[Month, ...]]:
    """The coverages that have any month, and the ended months that are still open."""
    rows = AccountMonth.objects.filter(account=account).values_list("coverage", "month", "state")
    found = list(rows)
    ended = {month for _, month, state in found if state == MonthState.OPEN and month < running}
    return {coverage for coverage, *_ in found}, tuple(sorted(ended))
