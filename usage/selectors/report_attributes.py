"""An account as the Billing API returns it (contracts/pelion-billing.swagger.yaml)."""

from accounts.choices import BusinessModel
from accounts.models import Account

MODELS = {
    BusinessModel.ACTIVE_DEVICES.value: "active_device_business_model",
    BusinessModel.API_CALLS.value: "api_calls_1_business_model",
}
UNKNOWN = (
    "address_line1",
    "address_line2",
    "city",
    "contact",
    "country",
    "email",
    "phone_number",
    "postal_code",
    "state",
)
"""Fields of the API for which an account has no place; whom to write to is on invoices."""


def attributes(*, account: Account, is_tenant: bool) -> dict[str, str | None]:
    """Return all fields of `ReportAccountContactInfo`; None where nothing is known."""
    return {
        "id": account.key,
        "alias": account.team_name,
        "company": account.organization or account.team_name,
        "business_model": MODELS[account.business_model],
        "customer_subtenant_id": account.key if is_tenant else None,
        **dict.fromkeys(UNKNOWN),
    }
