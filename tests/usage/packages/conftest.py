"""Visitors of the page, on 21 November 2026."""

from tests.portal.visitors import clerk, november

__all__ = ["clerk", "november"]
