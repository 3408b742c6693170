"""What stands between the portal and the libraries that people sign in with: Django, axes, allauth.

`AccountsConfig.ready` calls `connect`; the settings name the others.
"""

from accounts.adapters.trail import connect

__all__ = ["connect"]
