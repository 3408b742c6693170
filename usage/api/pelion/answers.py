"""What the addresses of the dialect answer, for the reference; the names are the definition's."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from accounts.models import CONTACT_FIELDS
from usage.choices import QuotaReason
from usage.metering.counters import API_CALLS, Group
from usage.selectors.report_attributes import MODELS

Text, Instant, Whole = serializers.CharField, serializers.DateTimeField, serializers.IntegerField
Answer = serializers.Serializer[Any]


def count(**more: Any) -> serializers.IntegerField:
    return Whole(min_value=0, **more)


def kind(name: str) -> serializers.ChoiceField:
    """The word by which an object says what it is."""
    return serializers.ChoiceField(choices=[name])


def messages(name: str, group: Group) -> Any:
    parts = {part: count() for part in API_CALLS[group].values()}
    return inline_serializer(name, {"total_count": count(), **parts}, required=False)


class Field(Answer):
    name = Text()
    message = Text()


class PelionProblem(Answer):
    object = kind("error")
    code = Whole(help_text="The status.")
    type = Text()
    message = Text()
    request_id = Text()
    fields = Field(many=True, required=False)  # type: ignore[assignment]


class Counters(Answer):
    """Those of API calls are there for accounts that are billed by them."""

    active_devices = count()
    firmware_updates = count()
    sda_tokens = count()
    device_to_pelion_messages = messages("DeviceToPelionMessages", Group.TO_SERVICE)
    pelion_to_device_messages = messages("PelionToDeviceMessages", Group.TO_DEVICE)
    rest_api_requests_with_user_token = count(required=False)
    rest_api_requests_with_api_key_token = count(required=False)
    pelion_to_webapp_notifications = count(required=False)


class BillingData(Counters):
    generated = Instant()
    period_start = Instant()
    period_end = Instant()


class AccountFields(serializers.Serializer[Any]):
    id = Text()
    alias = Text()
    company = Text()
    business_model = serializers.ChoiceField(choices=[*MODELS.values()])
    customer_subtenant_id = Text(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return super().get_fields() | {name: Text(allow_null=True) for name in CONTACT_FIELDS}


class QuotaUse(Answer):
    amount = Whole()
    campaign_name = Text(allow_null=True)
    time = Instant()
    type = serializers.ChoiceField(choices=QuotaReason.values)


class AccountQuotaUse(QuotaUse):
    account_id = Text()


class TenantQuota(Answer):
    quota_usage = QuotaUse(many=True)


class PackageAtEnd(Answer):
    start_time = Instant()
    end_time = Instant()
    remaining_quota = count()
    reserved_quota = count()


class Quota(TenantQuota):
    metadata = PackageAtEnd(allow_null=True)
    aggregated_quota_usage = AccountQuotaUse(many=True)


class Tenant(Answer):
    account = AccountFields()
    billing_data = BillingData()
    service_package = TenantQuota()


class BillingReport(Answer):
    object = kind("billing-report")
    id = Text()
    month = Text(help_text="yyyy-MM")
    account = AccountFields()
    billing_data = BillingData()
    aggregated = BillingData()
    subtenants = Tenant(many=True)
    service_package = Quota()


class ReportFile(Answer):
    object = Text()
    filename = Text()
    url = Text(help_text="Signed; works for some minutes, without a header.")


class Package(Answer):
    id = Text()
    created = Instant()
    modified = Instant()
    start_time = Instant()
    expires = Instant()
    firmware_update_count = count()
    previous_id = Text(allow_null=True)


class PendingPackage(Package):
    previous_id = Text()


class ActivePackage(Package):
    next_id = Text(allow_null=True)
    grace_period = serializers.BooleanField()


class PreviousPackage(Package):
    next_id = Text(allow_null=True)
    end_time = Instant()
    reason = serializers.ChoiceField(choices=["renewed", "terminated"])


class Packages(Answer):
    object = kind("service-packages")
    pending = PendingPackage(allow_null=True)
    active = ActivePackage(allow_null=True)
    previous = PreviousPackage(many=True)


class QuotaLeft(Answer):
    object = kind("service-package-quota")
    quota = count()


class Reservation(Answer):
    id = Text()
    account_id = Text()
    campaign_name = Text()


class PackageOfEntry(Answer):
    id = Text()
    previous_id = Text(allow_null=True)
    start_time = Instant()
    expires = Instant()
    firmware_update_count = count()


class QuotaEntry(Answer):
    """A reservation or a package, by its reason."""

    id = Text()
    added = Instant()
    amount = Whole()
    reason = serializers.ChoiceField(choices=QuotaReason.values)
    reservation = Reservation(allow_null=True)
    service_package = PackageOfEntry(allow_null=True)


class Page(Answer):
    after = Text(allow_null=True)
    has_more = serializers.BooleanField()
    limit = count()
    order = serializers.ChoiceField(choices=["ASC", "DESC"])


class QuotaHistory(Page):
    object = kind("service-package-quota-history")
    data = QuotaEntry(many=True)  # type: ignore[assignment]
    total_count = count()


class Interval(Counters):
    object = kind("billing-statistics")
    id = Text()
    timestamp = Instant()


class Statistics(Page):
    """`total_count` is there if `include` names it."""

    object = kind("list")
    data = Interval(many=True)  # type: ignore[assignment]
    total_count = count(required=False)
