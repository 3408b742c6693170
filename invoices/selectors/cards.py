"""Cards of accounts, as far as other topics ask for them."""


def has_card(*, account_id: int) -> bool:  # noqa: ARG001 - no card is kept yet
    """Tell whether the account could pay by card: it has one that is not expired."""
    return False
