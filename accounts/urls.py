from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as key
from allauth.usersessions.views import list_usersessions
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from accounts.api import files, soracom
from accounts.views import jobs, joining, viewing
from accounts.views.language import language
from accounts.views.settings import keys, people, profile
from accounts.views.signing import SignIn, SignOut, staff_door

sign_in, sign_out = SignIn.as_view(), SignOut.as_view()

# Of allauth only the pages that we want; it finds them, and ours in place of its own, by its names.
DOOR = [
    path("sign-in/", sign_in, name="login"),
    path("sign-in/", sign_in, name="account_login"),
    path("sign-out/", sign_out, name="logout"),
    path("sign-out/", sign_out, name="account_logout"),
    path("sign-in/second-factor/", factor.authenticate, name="mfa_authenticate"),
    path("password/", account.password_reset, name="account_reset_password"),
    path("password/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/new/<str:uidb36>/<str:key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("invitations/<str:token>/", joining.invitation, name="invitation"),
    path("address/<str:token>/", profile.address_confirm, name="address-confirm"),
    # The admin's own ways in and out would go past the second factor and past our words.
    path("staff/login/", staff_door, name="staff-sign-in"),
    path("staff/logout/", sign_out, name="staff-sign-out"),
    path(
        "staff/password_change/",
        RedirectView.as_view(pattern_name="account_change_password"),
        name="staff-password",
    ),
]

ME = [
    path("me/password/", account.password_change, name="account_change_password"),
    path("me/password/set/", account.password_set, name="account_set_password"),
    path("me/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("me/confirm/code/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("me/confirm/key/", key.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("me/app/", app.activate_totp, name="mfa_activate_totp"),
    path("me/app/remove/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("me/keys/add/", key.add_webauthn, name="mfa_add_webauthn"),
    path("me/keys/<int:pk>/remove/", key.remove_webauthn, name="mfa_remove_webauthn"),
    path("me/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("me/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("me/codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("me/sessions/", list_usersessions, name="usersessions_list"),
]
for _pattern in ME:
    # What is on these pages must not be found in the browser afterwards.
    _pattern.callback = never_cache(_pattern.callback)

SETTINGS = [
    path("settings/", profile.profile, name="settings-profile"),
    path("settings/security/", profile.security, name="settings-security"),
    path("settings/security/", profile.security, name="mfa_index"),
    path("settings/security/", profile.security, name="mfa_list_webauthn"),
    path("settings/address/", profile.address, name="settings-address"),
    path("settings/people/", people.people, name="settings-people"),
    path("settings/people/invite/", people.invite, name="settings-invite"),
    path("settings/people/<int:pk>/", people.person, name="settings-person"),
    path("settings/people/<int:pk>/remove/", people.remove, name="settings-person-remove"),
    path("settings/invitations/<int:pk>/", people.invitation, name="settings-invitation"),
    path("settings/rules/", people.sign_in_rules, name="settings-rules"),
    path("settings/keys/", keys.keys, name="settings-keys"),
    path("settings/keys/new/", keys.add, name="settings-key"),
    path("settings/keys/<int:pk>/revoke/", keys.revoke, name="settings-key-revoke"),
]

urlpatterns = [
    *DOOR,
    *ME,
    *SETTINGS,
    path("language/", language, name="language"),
    path("view-as/", viewing.begin, name="view-as"),
    path("view-as/stop/", viewing.stop, name="view-as-stop"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/again/", jobs.again, name="job-again"),
    path("jobs/<int:pk>/file/", jobs.file, name="job-file"),
    path("downloads/<str:token>/", jobs.download, name="download"),
    path("files/<str:token>", files.open_file, name="api-file"),
]

SORACOM = [
    path("auth", soracom.SignIn.as_view(), name="auth"),
    path("auth/logout", soracom.SignOut.as_view(), name="logout"),
]
"""Below the address of a coverage (billing_portal/urls.py)."""
