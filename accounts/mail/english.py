"""The letters in English."""

from accounts.mail import payment_settings, payments
from accounts.mail.letters import Language, Letter

LETTERS = {
    "invitation": Letter(
        "Invitation to {team} on Meisai",
        """
Hello,

{inviter} invites you to the billing portal of {team}, as: {role}.

Open this address until {until} to accept:
{link}

It works once. If you did not expect this invitation, ignore this message: nothing happens.
""",
    ),
    "role-changed": Letter(
        "Your role at {team} has changed",
        """
Hello,

{actor} changed your role at {team}. It is now: {role}.

{link}
""",
    ),
    "role-removed": Letter(
        "Your access to {team} has ended",
        """
Hello,

{actor} removed your role at {team}. You no longer see its pages. Your sign-in stays as it is.

If this is a mistake, ask an administrator of {team}.
""",
    ),
    "password-link": Letter(
        "Choose a new password",
        """
Hello,

Somebody, probably you, asked for a new password for {address}.

Open this address within {hours} hours to choose one:
{link}

It works once. If it was not you, ignore this message: your password stays as it is.
""",
    ),
    "password-changed": Letter(
        "Your password was changed",
        """
Hello,

The password of {address} was changed. All other devices were signed out.

If it was not you, choose a new password at once and tell our staff:
{link}
""",
    ),
    "address-confirm": Letter(
        "Confirm your new e-mail address",
        """
Hello,

{old} shall become {address} on Meisai.

Open this address within {hours} hours to confirm:
{link}

If you did not ask for this, ignore this message: nothing changes.
""",
    ),
    "address-changed": Letter(
        "Your e-mail address was changed",
        """
Hello,

You now sign in to Meisai with {address}, no longer with {old}.

If it was not you, tell our staff at once.
""",
    ),
    "factor": Letter(
        "Your sign-in was changed: {what}",
        """
Hello,

The way in which you sign in to Meisai was changed: {what}.

If it was not you, change your password at once and tell our staff:
{link}
""",
    ),
    "invoice": Letter(
        "Invoice {label}: {month}, {coverage}",
        """
Hello,

Invoice {label} of {team} for {month} ({coverage}) is ready.

Amount due: {amount}
Due on: {due}

Read and download it here:
{link}

You can turn these messages off in your settings.
""",
    ),
    "statement": Letter(
        "Payment statement {label}: {month}, {coverage}",
        """
Hello,

Payment statement {label} of {team} for {month} ({coverage}) is ready.

Total: {amount}
It is charged to your card.

Read and download it here:
{link}

You can turn these messages off in your settings.
""",
    ),
    "correction": Letter(
        "{document} {label}: {month}, {coverage}",
        """
Hello,

A document of {team} for {month} ({coverage}) was corrected by {label} ({document}).

Amount: {amount}

Read and download it here:
{link}

You can turn these messages off in your settings.
""",
    ),
    "invoice-delivered": Letter(
        "Invoice {label}: {month}, {coverage}",
        """
Hello,

This is invoice {label} to {company} for {month} ({coverage}).

Amount due: {amount}
Due on: {due}

{enclosed}
{link}

It was sent to you because your address is the billing address of {team}.
""",
    ),
    "price-change": Letter(
        "Prices change on {since}: {team}",
        """
Hello,

From {since} on, other prices hold for items that {team} has been billed for: {what}.

See all announced prices here:
{link}

You can turn these messages off in your settings.
""",
    ),
    "download": Letter(
        "Your download is ready: {label}",
        """
Hello,

{label} ({about}) is ready.

Fetch it here until {until}:
{link}

You can turn these messages off in your settings.
""",
    ),
}

LANGUAGE = Language(
    letters=LETTERS | payment_settings.ENGLISH | payments.ENGLISH,
    words={
        "actor": payment_settings.ACTORS["en"],
        "method": payment_settings.METHODS["en"],
        "document": {"modified": "Modified invoice", "return": "Return invoice"},
        "enclosed": {
            "attached": "The PDF is attached. It is also here, after signing in:",
            "linked": "Read and download it here, after signing in:",
        },
        "role": {"admin": "Administrator", "billing": "Billing", "viewer": "Viewer"},
        "coverage": {"japan": "Japan", "global": "Global", "both": "Japan and Global"},
        "what": {
            "totp-added": "an authenticator app was added",
            "totp-removed": "the authenticator app was removed",
            "webauthn-added": "a security key or passkey was added",
            "webauthn-removed": "a security key or passkey was removed",
            "recovery_codes-reset": "new recovery codes were made",
            "recovery_codes-used": "a recovery code was used",
            "all-reset": "our staff removed all your second factors",
        },
    },
    footer="-- \nMeisai sends this message by itself. Nobody reads answers to it.",
)
