from invoices.models.bills import Bill, BillDayTotal, BillItemTotal
from invoices.models.catalog import BillItem, Price, TaxRate, TimeBand
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
    "BillDayTotal",
    "BillItem",
    "BillItemTotal",
    "BillingProfile",
    "BillingRun",
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
