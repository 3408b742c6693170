"""Staff pages about what happened; one module for each topic."""

from usage.admin import devices, facts, packages, placements, records

__all__ = ["devices", "facts", "packages", "placements", "records"]
