"""Asking why a line is what it is."""

from typing import Any

from django.test import Client

WHY = "/bills/AGG/japan/2026-10/why/"


def told(client: Client, address: str, **query: str) -> dict[str, Any]:
    response = client.get(address, query | {"format": "json"})
    assert response.status_code == 200
    content: dict[str, Any] = response.json()
    return content
