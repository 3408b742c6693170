"""Signed, short-lived links to files."""

from django.core import signing

SALT = "meisai.downloads"


class BadLink(Exception):
    """A link that gives nothing."""


class Expired(BadLink):
    """The link was ours, and its time is over."""


class Tampered(BadLink):
    """The link was never made by us, or was changed."""


def sign(*, kind: str, key: str, seconds: int) -> str:
    """Return a token, fit for a URL, that stands for one file for so many seconds."""
    return _signer().sign_object([kind, key, seconds])


def read(token: str) -> tuple[str, str]:
    """Return (kind, key) of a token, or raise Expired or Tampered."""
    signer = _signer()
    try:
        kind, key, seconds = signer.unsign_object(token)
        signer.unsign(token, max_age=seconds)
    except signing.SignatureExpired as error:
        raise Expired("This link has expired.") from error
    except (signing.BadSignature, ValueError) as error:
        raise Tampered("This link is not valid.") from error
    return kind, key


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=SALT)
