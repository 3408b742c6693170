"""The meters of reports, by what reports call them.

Which facts make a device active or seen is not said here: that is `evidence` of the meter.
"""

from enum import StrEnum


class Group(StrEnum):
    """The three sums of the API-calls business model (domain.md §2)."""

    TO_SERVICE = "to_service"
    TO_DEVICE = "to_device"
    INTEGRATION = "integration"


API_CALLS: dict[Group, dict[str, str]] = {
    Group.TO_SERVICE: {
        "to_service.registration": "registrations",
        "to_service.registration_update": "registration_updates",
        "to_service.registration_delete": "registration_deletes",
        "to_service.observation": "observations",
        "to_service.est_request": "est_requests",
        "to_service.proxy_response": "proxy_responses",
        "to_service.bootstrap_request": "bootstrap_requests",
    },
    Group.TO_DEVICE: {
        "to_device.proxy_request": "proxy_requests",
        "to_device.subscription": "subscriptions",
    },
    Group.INTEGRATION: {
        "rest.user_token": "rest_api_requests_with_user_token",
        "rest.api_key": "rest_api_requests_with_api_key_token",
        "notification.webapp": "pelion_to_webapp_notifications",
    },
}
"""By meter what the Billing API calls it (contracts/pelion-billing.swagger.yaml)."""

CALLS = tuple(code for group in API_CALLS.values() for code in group)
"""The meters of all three groups."""

FIRMWARE_UPDATE = "firmware.update"
"""A successful update; the variant is the id of its campaign."""

TRANSACTIONS = (
    *CALLS,
    "api.command",
    "api.call",
    "publish.device",
    "publish.application",
    "publish.user",
    "lwm2m.message",
)
"""API calls and messages of every kind: what the account snapshot counts."""

ORGANISATION: dict[str, tuple[str, ...]] = {
    "countConnections": ("session.connection",),
    "countApiCalls": ("api.command", "api.call"),
    "countStorage": ("storage.used",),
    "countLwm2mMessages": ("lwm2m.message",),
    "countTriggerActions": ("trigger.action",),
    "countSms": ("sms.platform",),
}
"""By column of the organisation report the meters that it adds up (domain.md §3)."""
