from accounts.models.audit import AuditEntry
from accounts.models.cache import CacheEntry
from accounts.models.contact import CONTACT_FIELDS
from accounts.models.jobs import Heartbeat, Job
from accounts.models.keys import ApiKey, EndedToken
from accounts.models.mail import Mail
from accounts.models.people import Invitation, Membership, User
from accounts.models.tree import Account, Placement

__all__ = [
    "CONTACT_FIELDS",
    "Account",
    "ApiKey",
    "AuditEntry",
    "CacheEntry",
    "EndedToken",
    "Heartbeat",
    "Invitation",
    "Job",
    "Mail",
    "Membership",
    "Placement",
    "User",
]
