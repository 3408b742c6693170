from django.urls import path, register_converter
from django.urls.converters import StringConverter

from billing_portal.common.periods import Month
from invoices.api.soracom import bills as soracom_bills
from invoices.api.soracom import company, credit, payments
from invoices.api.soracom import exports as soracom_exports
from invoices.api.soracom import orders as soracom_orders
from invoices.views import bill, bills, documents, why
from invoices.views.orders import coupons, discounts, order
from invoices.views.payments import cards, gateway, payment, points
from invoices.views.plans import adding, switching
from invoices.views.plans import page as plans
from invoices.views.settings import acts, details, page
from usage.choices import Coverage
from usage.urls import DEVICE


class MonthConverter:
    """A month in an address: 2026-10. Anything that is no month is no page."""

    regex = "[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> Month:
        return Month.parse(value)

    def to_url(self, value: Month | str) -> str:
        return str(value)


class CoverageConverter(StringConverter):
    regex = "|".join(Coverage.values)


class WordConverter(StringConverter):
    """A key or number in an address. PostgreSQL refuses to look for text with a NUL."""

    regex = r"[^/\x00]+"


register_converter(MonthConverter, "month")
register_converter(WordConverter, "word")
register_converter(CoverageConverter, "coverage")

PAYMENT = "payment-settings/<word:key>/<coverage:coverage>/"
CARDS = "payment-settings/cards/<word:key>/<coverage:coverage>/"
COUPONS = "payment-settings/coupons/<word:key>/<coverage:coverage>/"
DISCOUNTS = "payment-settings/discounts/<word:key>/<coverage:coverage>/"
BILL = "bills/<word:key>/<coverage:coverage>/<month:month>/"

urlpatterns = [
    path("bills/", bills.history, name="bills"),
    path(BILL, bill.by_item, name="bill"),
    path(f"{BILL}days/", bill.by_day, name="bill-days"),
    path(f"{BILL}devices/", bill.by_device, name="bill-devices"),
    path(f"{BILL}devices.csv", bill.devices_csv, name="bill-devices-csv"),
    path(f"{BILL}tags/", bill.by_tag, name="bill-tags"),
    path(f"{BILL}groups/", bill.by_group, name="bill-groups"),
    path(f"{BILL}lines/", bill.by_line, name="bill-lines"),
    path(f"{BILL}why/", why.page, name="why"),
    path(f"{BILL}detail.csv", bills.detail_csv, name="bill-csv"),
    path(f"{BILL}export/", bills.order_csv, name="bill-export"),
    path("invoices/", documents.invoices, name="invoices"),
    path("invoices/archive/", documents.archive, name="invoices-archive"),
    path("invoices/<word:label>/pdf/", documents.pdf, name="invoice-pdf"),
    path("payment-settings/", page.page, name="payment-settings"),
    path("payment-settings/<word:key>/separate/", acts.part, name="payment-part"),
    path(f"{PAYMENT}request/", acts.apply, name="payment-apply"),
    path(f"{PAYMENT}withdraw/", acts.withdraw, name="payment-withdraw"),
    path(f"{PAYMENT}details/", details.details, name="payment-details"),
    path(f"{PAYMENT}merge/", acts.merge, name="payment-merge"),
    path(f"{PAYMENT}card/", acts.card, name="payment-card"),
    path("invoices/<word:label>/payment/", payment.page, name="invoice-payment"),
    path("payment-settings/points/", points.history, name="payment-points"),
    path("payment-settings/cards/", cards.page, name="payment-cards"),
    path(f"{CARDS}add/", cards.add, name="payment-card-add"),
    path(f"{CARDS}charge/", cards.again, name="payment-charge-again"),
    path("payment-settings/card/<word:key>/", cards.leave, name="payment-card-leave"),
    path("payment-settings/card/<word:key>/back/", cards.back, name="payment-card-back"),
    path("payment-settings/cards/<int:pk>/default/", cards.choose, name="payment-card-default"),
    path("payment-settings/cards/<int:pk>/remove/", cards.remove, name="payment-card-remove"),
    path("payment-settings/coupons/", coupons.page, name="payment-coupons"),
    path(f"{COUPONS}buy/", coupons.buy, name="payment-coupon-buy"),
    path(f"{COUPONS}register/", coupons.register, name="payment-coupon-register"),
    path("payment-settings/discounts/", discounts.page, name="payment-discounts"),
    path(f"{DISCOUNTS}<word:code>/", discounts.order, name="payment-discount"),
    path("payment-settings/orders/<word:key>/", order.page, name="payment-order"),
    path(
        "payment-settings/orders/<word:key>/confirm/", order.confirm, name="payment-order-confirm"
    ),
    path("payment-settings/orders/<word:key>/cancel/", order.cancel, name="payment-order-cancel"),
    path("payment-settings/sandbox/", gateway.sandbox, name="payment-sandbox"),
    path("plans/", plans.page, name="plans"),
    path("plans/<word:key>/<word:code>/", plans.take, name="plan-take"),
    path("device-add/", adding.add, name="device-add"),
    path("device-switch/", switching.many, name="devices-switch"),
    path(f"device-switch/of/{DEVICE}/", switching.one, name="device-switch"),
    path("webhooks/payments/", gateway.webhook, name="payment-webhook"),
]

SORACOM = [
    path("bills", soracom_bills.History.as_view(), name="bills"),
    path("bills/latest", soracom_bills.Latest.as_view(), name="bill-latest"),
    path("bills/latest/export", soracom_exports.Latest.as_view(), name="bill-latest-export"),
    path("bills/summaries/bill_items", soracom_bills.ByItem.as_view(), name="sums-by-item"),
    path("bills/summaries/sims", soracom_bills.BySim.as_view(), name="sums-by-sim"),
    path("bills/<str:month>", soracom_bills.OfMonth.as_view(), name="bill"),
    path("bills/<str:month>/daily", soracom_bills.Daily.as_view(), name="bill-daily"),
    path("bills/<str:month>/export", soracom_exports.OfMonth.as_view(), name="bill-export"),
    path("coupons", credit.Coupons.as_view(), name="coupons"),
    path("coupons/<str:code>/register", credit.CouponRegister.as_view(), name="coupon-register"),
    path("coupons/<str:order_id>/confirm", credit.CouponConfirm.as_view(), name="coupon-confirm"),
    path("orders", soracom_orders.Orders.as_view(), name="orders"),
    path("orders/<str:order_id>", soracom_orders.One.as_view(), name="order"),
    path("orders/<str:order_id>/confirm", soracom_orders.Confirm.as_view(), name="order-confirm"),
    path("orders/<str:order_id>/cancel", soracom_orders.Cancel.as_view(), name="order-cancel"),
    path("volume_discounts", credit.Discounts.as_view(), name="discounts"),
    path("volume_discounts/available_discounts", credit.Available.as_view(), name="available"),
    path("volume_discounts/<str:contract_id>", credit.Discount.as_view(), name="discount"),
    path(
        "volume_discounts/<str:order_id>/confirm",
        credit.DiscountConfirm.as_view(),
        name="discount-confirm",
    ),
    path("payment_methods/current", payments.Method.as_view(), name="method"),
    path("payment_methods/current/activate", payments.Activate.as_view(), name="method-activate"),
    path(
        "payment_history/transactions/<str:label>", payments.Payment.as_view(), name="transaction"
    ),
    path("payment_statements", payments.Statements.as_view(), name="statements"),
    path("payment_statements/payer_information", company.Payer.as_view(), name="payer"),
    path(
        "payment_statements/<str:label>/export",
        payments.StatementExport.as_view(),
        name="statement-export",
    ),
    path(
        "operators/<str:operator_id>/company_information",
        company.Company.as_view(),
        name="company",
    ),
    path("files/exported/<str:file_id>", soracom_exports.Exported.as_view(), name="exported"),
]
"""Below the address of a coverage (billing_portal/urls.py)."""
