"""A portal with the report of the tests, which the worker knows too."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from billing_portal.common.reports.report import REPORTS
from tests.common.reports.acts import ACTS
from tests.portal.visitors import clerk, november

__all__ = ["clerk", "november"]


@pytest.fixture(scope="module", autouse=True)
def _portal() -> Iterator[None]:
    """Once a module: Django reads all addresses anew when others are set."""
    with (
        override_settings(ROOT_URLCONF="tests.common.reports.urls"),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setitem(REPORTS, ACTS.name, ACTS)
        yield
