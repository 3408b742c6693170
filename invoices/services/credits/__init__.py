"""Prepaid coupons, long-term contracts, credit points: registered, used, lapsed, corrected."""

from invoices.services.credits import contracts, coupons, points, uses, vouchers
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
    NotForSale,
    NothingLeft,
    WrongItem,
    WrongOrderState,
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
    "NotForSale",
    "NothingLeft",
    "PointWish",
    "Purse",
    "WrongItem",
    "WrongOrderState",
    "WrongUse",
    "contracts",
    "coupons",
    "points",
    "uses",
    "vouchers",
]
