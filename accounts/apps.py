from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Customers and people")

    def ready(self) -> None:
        # By name, because the models that it imports cannot be imported any earlier.
        import_module("accounts.adapters").connect()
        jobs = import_module("accounts.services.jobs")
        jobs.register(import_module("accounts.exports.reports").REPORT_CSV)
        results = import_module("accounts.exports.handing")
        import_module("accounts.services.handing").register(results.JOB_FILE, results.give)
