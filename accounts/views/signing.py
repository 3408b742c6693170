"""Signing in and out."""

from allauth.account.views import LoginView, LogoutView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode


class SignIn(LoginView):
    template_name = "accounts/sign_in.html"


@method_decorator(login_not_required, name="dispatch")
class SignOut(LogoutView):
    """By POST only, so that no foreign page can sign anybody out with a link."""

    http_method_names = ["post", "options"]


@login_not_required
def staff_door(request: HttpRequest) -> HttpResponse:
    """In place of the admin's own form, which would go past the second factor."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise Http404  # signed in, and nobody of the staff: another sign-in would not help
    wished = request.GET.get("next") or reverse("admin:index")
    return redirect(f"{reverse('login')}?{urlencode({'next': wished})}")
