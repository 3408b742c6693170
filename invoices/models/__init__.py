from invoices.models.bills import Bill, BillCorrection, BillDayTotal, BillItemTotal
from invoices.models.catalog import BillItem, Price, TaxRate, TimeBand
from invoices.models.credits import BillCouponUse, Contract, Coupon, CouponEntry
from invoices.models.documents import (
    DocumentFile,
    Invoice,
    InvoiceBill,
    Issuer,
    Rendering,
    Series,
)
from invoices.models.runs import BillingRun, RunItem
from invoices.models.settings import BillingProfile

__all__ = [
    "Bill",
    "BillCorrection",
    "BillCouponUse",
    "BillDayTotal",
    "BillItem",
    "BillItemTotal",
    "BillingProfile",
    "BillingRun",
    "Contract",
    "Coupon",
    "CouponEntry",
    "DocumentFile",
    "Invoice",
    "InvoiceBill",
    "Issuer",
    "Price",
    "Rendering",
    "RunItem",
    "Series",
    "TaxRate",
    "TimeBand",
]
