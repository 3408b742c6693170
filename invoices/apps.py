from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvoicesConfig(AppConfig):
    name = "invoices"
    verbose_name = _("Billing")

    def ready(self) -> None:
        # By name, because the models that it imports cannot be imported any earlier.
        jobs = import_module("accounts.services.jobs")
        jobs.register(import_module("invoices.exports.detail_job").DETAIL_CSV)
        given = import_module("invoices.exports.handing")
        import_module("accounts.services.handing").register(given.BILL_CSV, given.give_csv)
        import_module("accounts.services.handing").register(given.DOCUMENT, given.give_pdf)
        jobs.register(import_module("invoices.exports.archive").ARCHIVE)
        reports = import_module("billing_portal.common.reports.report")
        reports.register(import_module("invoices.exports.documents").INVOICES)
        reports.register(import_module("invoices.exports.points").POINTS)
