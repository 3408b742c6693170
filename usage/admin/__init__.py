"""Staff pages about what happened; one module for each topic."""

from usage.admin import devices, facts, placements, records

__all__ = ["devices", "facts", "placements", "records"]
