"""An account as the Billing API returns it (contracts/pelion-billing.swagger.yaml)."""

from accounts.choices import BusinessModel
from accounts.models import CONTACT_FIELDS, Account

MODELS = {
    BusinessModel.ACTIVE_DEVICES.value: "active_device_business_model",
    BusinessModel.API_CALLS.value: "api_calls_1_business_model",
}


def attributes(*, account: Account, is_tenant: bool) -> dict[str, str | None]:
    """Return all fields of `ReportAccountContactInfo`; None where nothing is known."""
    return {
        "id": account.key,
        "alias": account.team_name,
        "company": account.organization or account.team_name,
        "business_model": MODELS[account.business_model],
        "customer_subtenant_id": account.key if is_tenant else None,
        **{name: getattr(account, name) or None for name in CONTACT_FIELDS},
    }
