"""The portal with one more page."""

from django.urls import path

from billing_portal.urls import urlpatterns as portal
from tests.common.reports.acts import view

urlpatterns = [*portal, path("acts/", view, name="acts")]
