"""The front door as a Django app: it starts Celery, the checks and the freezing of tables. And the
admin, with our site.
"""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from billing_portal import checks
from billing_portal.celery import app as celery_app
from billing_portal.common import frozen, lookups
from billing_portal.common.names import translate_names

__all__ = ["BillingPortalConfig", "StaffPagesConfig", "celery_app", "checks"]


class BillingPortalConfig(AppConfig):
    name = "billing_portal"

    def ready(self) -> None:
        translate_names()
        lookups.install()
        # The signals come once for each app that has models; the last one stands for the whole run.
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        pre_migrate.connect(thaw_tables, sender=last, dispatch_uid="meisai.thaw")
        post_migrate.connect(freeze_tables, sender=last, dispatch_uid="meisai.freeze")


class StaffPagesConfig(AdminConfig):
    default_site = "billing_portal.common.staff.site.StaffSite"


def thaw_tables(*, using: str, plan: list[Any], **_kwargs: Any) -> None:
    """Let SQLite rebuild tables: it cannot rename one that the trigger of another one names."""
    connection = connections[using]
    if plan and connection.vendor == "sqlite":
        frozen.drop(connection)


def freeze_tables(*, using: str, **_kwargs: Any) -> None:
    """Install the declared triggers after a migrate."""
    frozen.install(connections[using])
