"""Staff pages about customers, people and what they did; one module for each topic."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin import audit, customers, keys, outbox, people

__all__ = ["audit", "customers", "keys", "outbox", "people"]

admin.site.site_title = _("Meisai")
admin.site.site_header = _("Meisai staff")
admin.site.index_title = _("Overview")
