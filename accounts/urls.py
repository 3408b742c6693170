from django.urls import path

from accounts.views import jobs, viewing
from accounts.views.language import language
from accounts.views.signing import SignIn, SignOut

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="login"),
    path("sign-out/", SignOut.as_view(), name="logout"),
    path("language/", language, name="language"),
    path("view-as/", viewing.begin, name="view-as"),
    path("view-as/stop/", viewing.stop, name="view-as-stop"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/again/", jobs.again, name="job-again"),
    path("jobs/<int:pk>/file/", jobs.file, name="job-file"),
    path("downloads/<str:token>/", jobs.download, name="download"),
]
