"""Staff pages about what happened; one module for each topic."""

from usage.admin import devices, placements, records

__all__ = ["devices", "placements", "records"]
