from django.contrib import admin
from django.urls import include, path

from billing_portal.views.health import healthz
from billing_portal.views.home import home
from billing_portal.views.parts import parts
from billing_portal.views.metrics import metrics

urlpatterns = [
    path("", home, name="home"),
    path("", include("accounts.urls")),
    path("", include("invoices.urls")),
    path("staff/", admin.site.urls),
    path("parts/", parts, name="parts"),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
]
