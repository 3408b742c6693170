from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsageConfig(AppConfig):
    name = "usage"
    verbose_name = _("Devices and usage")

    def ready(self) -> None:
        # By name, because the models that it imports cannot be imported any earlier.
        import_module("usage.adapters").connect(self)
        jobs = import_module("accounts.services.jobs")
        jobs.register(import_module("usage.ingest.upload_job").USAGE_IMPORT)
        for kind in ("DEVICES_IMPORT", "DEVICES_LABELS"):
            jobs.register(getattr(import_module("usage.ingest.devices.jobs"), kind))
        jobs.register(import_module("usage.exports.labels_job").DEVICES_RELABEL)
        reports = import_module("billing_portal.common.reports.report")
        reports.register(import_module("usage.exports.devices").DEVICES)
        reports.register(import_module("usage.exports.active_devices").ACTIVE_DEVICES)
        reports.register(import_module("usage.exports.packages").PACKAGE_HISTORY)
        reports.register(import_module("usage.exports.reports").USAGE_REPORTS)
        handing = import_module("usage.services.reports.handing")
        import_module("accounts.services.handing").register(handing.KIND, handing.give)
