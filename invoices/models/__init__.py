from invoices.models.bills import Bill, BillCorrection, BillDayTotal, BillItemTotal
from invoices.models.catalog import BillItem, Price, TaxRate, TimeBand
from invoices.models.credits import BillCouponUse, Contract, Coupon, CouponEntry
from invoices.models.documents import (
    DocumentFile,
    ExchangeRate,
    Fee,
    Invoice,
    InvoiceBill,
    Issuer,
    MinimumCharge,
    Rendering,
    Series,
)
from invoices.models.payments import Receivable
from invoices.models.points import PointEntry, PointGrant
from invoices.models.runs import BillingRun, RunItem
from invoices.models.settings import (
    BillingProfile,
    InvoiceApplication,
    MergePoint,
    MethodPoint,
    PaymentSetting,
)

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
    "ExchangeRate",
    "Fee",
    "Invoice",
    "InvoiceApplication",
    "InvoiceBill",
    "Issuer",
    "MergePoint",
    "MethodPoint",
    "MinimumCharge",
    "PaymentSetting",
    "PointEntry",
    "PointGrant",
    "Price",
    "Receivable",
    "Rendering",
    "RunItem",
    "Series",
    "TaxRate",
    "TimeBand",
]
