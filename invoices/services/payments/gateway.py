"""The gateway that the settings choose."""

from functools import lru_cache

from django.conf import settings

from accounts.services import mail
from invoices.gateways import Gateway, Sandbox, StripeGateway


def chosen() -> Gateway:
    """Who charges cards here (`MEISAI_GATEWAY`)."""
    if settings.GATEWAY == "stripe":
        return _stripe(settings.STRIPE_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_URL)
    return sandbox()


def sandbox() -> Sandbox:
    return Sandbox(
        folder=settings.VAR_DIR / "sandbox",
        page_url=mail.link("payment-sandbox"),
        secret=settings.SECRET_KEY,
    )


@lru_cache(maxsize=4)
def _stripe(api_key: str, webhook_secret: str, url: str) -> StripeGateway:
    return StripeGateway(api_key=api_key, webhook_secret=webhook_secret, url=url)
