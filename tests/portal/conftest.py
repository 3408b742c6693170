"""Who visits the pages, and when."""

from tests.portal.visitors import clerk, closed, november, real

__all__ = ["clerk", "closed", "november", "real"]
