from accounts.models.audit import AuditEntry
from accounts.models.jobs import Job
from accounts.models.people import Membership, User
from accounts.models.tree import Account, Placement

__all__ = ["Account", "AuditEntry", "Job", "Membership", "Placement", "User"]
