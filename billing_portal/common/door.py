"""How allauth opens the door: address and password, then the second factor.

People come by invitation or by staff, so there is nothing to sign up to, and an address is proved
by the invitation or by its change. What allauth asks and says is ours, in the modules named here.
"""

from typing import Any

REMEMBERED = 120
"""For how many seconds a code of an app is known to be used: longer than it can be right."""


def settings(*, attempts: int) -> dict[str, Any]:
    """allauth's settings by name. `attempts` is how often somebody may be wrong in an hour."""
    return {
        "ACCOUNT_ADAPTER": "accounts.adapters.account.AccountAdapter",
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": False,
        "ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR": (
            "django.contrib.auth.tokens.PasswordResetTokenGenerator"
        ),
        "ACCOUNT_FORMS": {
            "login": "accounts.forms.signing.SignInForm",
            "reset_password": "accounts.forms.signing.ResetForm",
        },
        "ACCOUNT_RATE_LIMITS": {
            "login": None,  # wrong passwords are counted by axes
            "login_failed": f"{attempts}/h/key",  # wrong codes of a second factor
            "reset_password": "20/m/ip,3/m/key",
        },
        "MFA_ADAPTER": "accounts.adapters.factors.FactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,  # see above
        "MFA_TOTP_ISSUER": "Meisai",
        "MFA_TOTP_TOLERANCE": 1,  # steps of 30 seconds before and after
        "MFA_FORMS": {
            "authenticate": "accounts.forms.signing.SecondFactorForm",
            "reauthenticate": "accounts.forms.signing.ConfirmForm",
        },
        "USERSESSIONS_ADAPTER": "accounts.adapters.sessions.SessionAdapter",
    }
