from invoices.services.runs.approving import (
    ApprovalRefused,
    Approved,
    approve,
    renew,
    send_back,
)
from invoices.services.runs.opening import (
    MonthNotEnded,
    NoSeller,
    NothingToClose,
    PredecessorOpen,
    RunRefused,
    UnknownAccount,
    open_run,
    retry_parked,
)
from invoices.services.runs.working import PATIENCE, work_next

__all__ = [
    "PATIENCE",
    "ApprovalRefused",
    "Approved",
    "MonthNotEnded",
    "NoSeller",
    "NothingToClose",
    "PredecessorOpen",
    "RunRefused",
    "UnknownAccount",
    "approve",
    "open_run",
    "renew",
    "retry_parked",
    "send_back",
    "work_next",
]
