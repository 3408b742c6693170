"""What the default catalogue says that a fact proves of its device (C9–C15, rules.md Q53)."""

import csv
from collections.abc import Mapping

import pytest
from django.conf import settings

from usage.metering.counters import API_CALLS, FIRMWARE_UPDATE

EVIDENCE = {
    "active": (
        "session.connection session.registration"
        " to_service.registration to_service.registration_update"
    ),
    "seen": (
        "payload.upload data.upload data.download api.command publish.device publish.application"
        " publish.user device.binding to_service.registration_delete to_service.observation"
        " to_service.est_request to_service.proxy_response to_service.bootstrap_request"
    ),
    "": (
        "api.call lwm2m.message trigger.action sms.platform storage.used firmware.update"
        " to_device.proxy_request to_device.subscription rest.user_token rest.api_key"
        " notification.webapp"
    ),
}
WANTED = [(code, evidence) for evidence, codes in EVIDENCE.items() for code in codes.split()]
PRICED = {"data.upload", "data.download"}


@pytest.fixture(scope="module")
def meters() -> Mapping[str, Mapping[str, str]]:
    """The rows of the default catalogue by code."""
    with (settings.BASE_DIR / "catalog" / "meters.csv").open(newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize(("code", "evidence"), WANTED, ids=[code for code, _evidence in WANTED])
def test_a_meter_proves_what_the_sources_say(
    meters: Mapping[str, Mapping[str, str]], code: str, evidence: str
) -> None:
    row = meters[code]
    assert row["evidence"] == evidence
    assert row["fold"] == ("last" if code == "storage.used" else "sum")
    assert row["is_priced"] == str(code in PRICED).lower()


def test_whatever_a_report_counts_is_in_the_catalogue(
    meters: Mapping[str, Mapping[str, str]],
) -> None:
    counted = {code for group in API_CALLS.values() for code in group} | {FIRMWARE_UPDATE}
    assert counted <= {code for code, _evidence in WANTED} & meters.keys()
