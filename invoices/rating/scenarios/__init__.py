"""Scenarios: a fleet, its usage and prices as one JSON document, rated without any database.

The format is described in docs/rating.md; the cases in tests/cases are written in it.
"""

from invoices.rating.scenarios.fields import ACCOUNT
from invoices.rating.scenarios.problems import BadScenario
from invoices.rating.scenarios.reading import Scenario, read, read_over
from invoices.rating.scenarios.text import document

__all__ = ["ACCOUNT", "BadScenario", "Scenario", "document", "read", "read_over"]
