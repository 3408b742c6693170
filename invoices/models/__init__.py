from invoices.models.bills import Bill, BillCorrection, BillDayTotal, BillItemTotal
from invoices.models.cards import (
    Card,
    CardNotice,
    CardSetup,
    GatewayCustomer,
    GatewayEvent,
    PaymentStop,
)
from invoices.models.catalog import BillItem, Price, TaxRate, TimeBand
from invoices.models.credits import BillCouponUse, Contract, Coupon, CouponEntry
from invoices.models.documents import (
    Annex,
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
from invoices.models.notices import PriceNotice
from invoices.models.orders import Order, Voucher
from invoices.models.payments import (
    Charge,
    CustomerCreditEntry,
    PaymentEntry,
    Receivable,
    Refund,
    Reminder,
)
from invoices.models.plans import PlanPurchase
from invoices.models.points import PointEntry, PointGrant
from invoices.models.runs import BillingRun, RunItem
from invoices.models.settings import (
    BillingProfile,
    InvoiceApplication,
    MergePoint,
    MethodPoint,
    PaymentSetting,
)
from invoices.models.transfers import BankFile, BankTransfer, CustomerCredit, PayerName

__all__ = [
    "Annex",
    "BankFile",
    "BankTransfer",
    "Bill",
    "BillCorrection",
    "BillCouponUse",
    "BillDayTotal",
    "BillItem",
    "BillItemTotal",
    "BillingProfile",
    "BillingRun",
    "Card",
    "CardNotice",
    "CardSetup",
    "Charge",
    "Contract",
    "Coupon",
    "CouponEntry",
    "CustomerCredit",
    "CustomerCreditEntry",
    "DocumentFile",
    "ExchangeRate",
    "Fee",
    "GatewayCustomer",
    "GatewayEvent",
    "Invoice",
    "InvoiceApplication",
    "InvoiceBill",
    "Issuer",
    "MergePoint",
    "MethodPoint",
    "MinimumCharge",
    "Order",
    "PayerName",
    "PaymentEntry",
    "PaymentSetting",
    "PaymentStop",
    "PlanPurchase",
    "PointEntry",
    "PointGrant",
    "Price",
    "PriceNotice",
    "Receivable",
    "Refund",
    "Reminder",
    "Rendering",
    "RunItem",
    "Series",
    "TaxRate",
    "TimeBand",
    "Voucher",
]
