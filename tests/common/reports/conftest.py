"""A portal with the report of the tests, which the worker knows too."""

import pytest
from pytest_django import Settings

from billing_portal.common.reports.report import REPORTS
from tests.common.reports.acts import ACTS
from tests.portal.visitors import clerk, november

__all__ = ["clerk", "november"]


@pytest.fixture(autouse=True)
def _portal(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = "tests.common.reports.urls"
    monkeypatch.setitem(REPORTS, ACTS.name, ACTS)
