"""System checks: what must be true of an installation. Each has an id and says what to do."""

from billing_portal.checks import frozen, settings

__all__ = ["frozen", "settings"]
