from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.urls import URLPattern, include, path, re_path

from accounts import urls as accounts
from accounts.api.soracom import NoSuchAddress
from billing_portal.views.developers import developers, openapi, reference
from billing_portal.views.health import healthz
from billing_portal.views.home import home
from billing_portal.views.metrics import metrics
from billing_portal.views.parts import parts
from invoices import urls as invoices
from usage import urls as usage

# The pages that allauth brings would show the secrets of second factors.
for _model in (EmailAddress, Authenticator, UserSession):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)

SORACOM: list[URLPattern] = [
    *accounts.SORACOM,
    *invoices.SORACOM,
    re_path("", NoSuchAddress.as_view()),
]

urlpatterns = [
    path("", home, name="home"),
    path("", include("accounts.urls")),
    path("", include("usage.urls")),
    path("", include("invoices.urls")),
    path("v1/", include((usage.INTAKE, "intake"))),
    path("v1/", include((SORACOM, "soracom"), "japan"), {"coverage": "japan"}),
    path("g/v1/", include((SORACOM, "soracom"), "global"), {"coverage": "global"}),
    path("", include((usage.TELIT, "telit"))),
    path("v3/", include((usage.PELION, "pelion"))),
    path("staff/", admin.site.urls),
    path("developers/", developers, name="developers"),
    path("developers/reference/", reference, name="developers-reference"),
    path("developers/openapi.json", openapi, name="developers-openapi"),
    path("parts/", parts, name="parts"),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
]
