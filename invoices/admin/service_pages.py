"""Rows that services write and nobody changes: each act on them is a page of its own."""

# ruff: noqa: ARG002 - Django gives the signatures

from typing import Any

from django.http import HttpRequest

from billing_portal.common.staff import Acting, Styled


class ServiceAdmin(Acting, Styled):
    """No field can be typed over, and nothing is deleted."""

    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return list(self.get_fields(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class WrittenAdmin(ServiceAdmin):
    """Rows that the program begins: staff add none."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
