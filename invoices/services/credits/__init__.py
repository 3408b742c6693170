"""Prepaid coupons and long-term contracts: registered, used, lapsed, corrected, ended."""

from invoices.services.credits import contracts, coupons, uses
from invoices.services.credits.contracts import ContractWish
from invoices.services.credits.coupons import CouponWish
from invoices.services.credits.refusals import (
    BadTerms,
    CouponOver,
    CreditRefused,
    MonthClosed,
    NotBilled,
    NotEnough,
    NothingLeft,
    WrongItem,
    WrongUse,
)

__all__ = [
    "BadTerms",
    "ContractWish",
    "CouponOver",
    "CouponWish",
    "CreditRefused",
    "MonthClosed",
    "NotBilled",
    "NotEnough",
    "NothingLeft",
    "WrongItem",
    "WrongUse",
    "contracts",
    "coupons",
    "uses",
]
