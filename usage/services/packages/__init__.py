"""Service packages and the campaigns that draw on them: every way in which a quota changes."""

from usage.services.packages import campaigns, packages, settling
from usage.services.packages.packages import PackageWish
from usage.services.packages.refusals import (
    AlreadyRenewed,
    BadTerms,
    CampaignOver,
    NoPackage,
    NotAllowed,
    NotBilled,
    NotEnoughTokens,
    NothingToRenew,
    Overlap,
    PackageRefused,
    SameCampaign,
    TooManyUpdates,
)

__all__ = [
    "AlreadyRenewed",
    "BadTerms",
    "CampaignOver",
    "NoPackage",
    "NotAllowed",
    "NotBilled",
    "NotEnoughTokens",
    "NothingToRenew",
    "Overlap",
    "PackageRefused",
    "PackageWish",
    "SameCampaign",
    "TooManyUpdates",
    "campaigns",
    "packages",
    "settling",
]
