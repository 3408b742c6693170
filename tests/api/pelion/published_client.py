"""A customer's script, with the client as it was published. Prints as JSON what its calls brought.

python published_client.py ADDRESS SECRET FOLDER
"""

import json
import sys
from pathlib import Path
from typing import Any

from mbed_cloud.billing import BillingAPI
from mbed_cloud.exceptions import CloudApiException

MONTH = "2026-10"


def status_for(address: str, secret: str) -> int:
    """What a call is refused with."""
    try:
        BillingAPI({"host": address, "api_key": secret}).get_quota_remaining()
    except CloudApiException as error:
        return int(error.status)
    return 200


def main(address: str, secret: str, folder: str) -> dict[str, Any]:
    api = BillingAPI({"host": address, "api_key": secret})
    overview, devices, updates = (str(Path(folder) / name) for name in ("o.json", "d.gz", "u.gz"))
    api.get_report_overview(MONTH, overview)
    api.get_report_active_devices(MONTH, devices)
    api.get_report_firmware_updates(MONTH, updates)
    history = list(api.get_quota_history(limit=2))
    return {
        "quota": api.get_quota_remaining(),
        "history": [(entry.reason, entry.delta) for entry in history],
        "packages": [(one.state, one.firmware_update_count) for one in api.get_service_packages()],
        "not there": api.get_report_overview("2026-12", ""),
        "wrong key": status_for(address, "secret-x"),
    }


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:]), sys.stdout)
