"""Prepaid coupons, long-term contracts, credit points: registered, used, lapsed, corrected."""

from invoices.services.credits import contracts, coupons, points, uses
from invoices.services.credits.contracts import ContractWish
from invoices.services.credits.coupons import CouponWish
from invoices.services.credits.points import Draw, PointWish, Purse
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
    "Draw",
    "MonthClosed",
    "NotBilled",
    "NotEnough",
    "NothingLeft",
    "PointWish",
    "Purse",
    "WrongItem",
    "WrongUse",
    "contracts",
    "coupons",
    "points",
    "uses",
]
