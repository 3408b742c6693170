"""What the addresses of the dialect answer, for the reference; the names are the definition's."""

from typing import Any

from rest_framework import serializers

from billing_portal.common.api.reference import Amount
from invoices.rating.vocabulary import CURRENCY
from invoices.selectors.payment_status import PaymentStatus

Text, Whole = serializers.CharField, serializers.IntegerField
Answer = serializers.Serializer[Any]
YEAR_MONTH, DAY, INSTANT, UNIX = "yyyyMM", "yyyyMMdd", "yyyyMMddHHmmss", "UNIX time in seconds"


class Currency(serializers.ChoiceField):
    def __init__(self, **more: Any) -> None:
        super().__init__(choices=sorted({str(one) for one in CURRENCY.values()}), **more)


class Sum(Answer):
    amount = Amount()
    currency = Currency()


class MonthlyBill(Sum):
    yearMonth = Text(help_text=YEAR_MONTH)
    state = serializers.ChoiceField(choices=["temporary", "closed"])
    appliedCouponAmount = Amount(required=False)
    paymentStatus = serializers.ChoiceField(choices=[*map(str, PaymentStatus)], required=False)
    paymentTransactionId = Text(required=False)


class History(Answer):
    billList = MonthlyBill(many=True)


class DailyBill(Sum):
    date = Text(help_text=DAY)


class Daily(Answer):
    billList = DailyBill(many=True)


class LatestBill(Sum):
    lastEvaluatedTime = Text(required=False, help_text=INSTANT)


class ItemShare(Answer):
    billItemCategory = Text()
    billItemName = Text()
    amount = Amount()


class SimShare(Answer):
    simId = Text()
    amount = Amount()


class Summary(Answer):
    yearMonth = Text(help_text=YEAR_MONTH)
    currency = Currency()
    updatedTime = Whole(help_text=UNIX)


class SummaryByItem(Summary):
    costBreakdownList = ItemShare(many=True)


class SummaryBySim(Summary):
    costBreakdownList = SimShare(many=True)


class Export(Answer):
    """`url` of a synchronous export, the others of an asynchronous one."""

    url = Text(required=False)
    exportedFileId = Text(required=False)
    exportedFilePath = Text(required=False)


class ExportedFile(Answer):
    status = serializers.ChoiceField(choices=["processing", "exported", "failed"])
    url = Text(required=False)


class Coupon(Answer):
    """Until it is paid, an ordered coupon has no code."""

    amount = Amount()
    balance = Amount()
    currency = Currency()
    expiryYearMonth = Text(help_text=YEAR_MONTH)
    couponCode = Text(required=False)
    billItemName = Text(required=False)
    orderId = Text(required=False)


class Coupons(Answer):
    couponList = Coupon(many=True)


class Totals(Answer):
    currency = Currency()
    taxAmount = Amount()
    totalAmount = Amount()


class QuotedCoupon(Totals):
    orderId = Text()
    amount = Amount()
    expiryYearMonth = Text(help_text=YEAR_MONTH)


class Terms(Answer):
    contractTermMonth = Whole()
    currency = Currency()
    unitPrice = Amount()
    volumeDiscountPaymentType = Text()
    volumeDiscountType = Text()


class Offer(Terms):
    taxIncludedUnitPrice = Amount()


class Offers(Answer):
    availableLongTermDiscounts = Offer(many=True)


class QuotedTerms(Offer):
    startDate = Text(help_text=DAY)
    endDate = Text(help_text=DAY)
    initialCost = Amount()
    taxIncludedInitialCost = Amount()
    quantity = Whole()


class QuotedDiscount(Totals):
    orderId = Text()
    volumeDiscount = QuotedTerms()


class Discount(Answer):
    contractId = Text()
    contractDateTime = Text(help_text=INSTANT)
    contractTermMonth = Whole()
    currency = Currency()
    startDate = Text(help_text=DAY)
    endDate = Text(help_text=DAY)
    initialCost = Amount()
    quantity = Whole()
    status = serializers.ChoiceField(choices=["active", "expired"])
    unitPrice = Amount(required=False)
    volumeDiscountPaymentType = Text()
    volumeDiscountType = Text(required=False)


class Discounts(Answer):
    volumeDiscountList = Discount(many=True)


class Product(Answer):
    productCode = Text()
    productName = Text()
    productType = Text()
    currency = Currency()
    price = Amount()


class OrderItem(Answer):
    product = Product()
    quantity = Whole()
    productAmount = Amount()
    taxIncludedProductAmount = Amount()


class Quotation(Totals):
    orderId = Text()
    balanceDue = Amount()
    containsTaxIncludedAmounts = serializers.BooleanField()
    orderItemList = OrderItem(many=True)


class Order(Quotation):
    """A quotation has no status."""

    orderDateTime = Text(help_text=INSTANT)
    orderStatus = serializers.ChoiceField(
        choices=["orderProcessing", "ordered", "cancelled"], required=False
    )
    paymentStatus = serializers.ChoiceField(choices=[*map(str, PaymentStatus)], required=False)


class Orders(Answer):
    orderList = Order(many=True)


class PaymentMethod(Answer):
    properties = Text(help_text="JSON in a text.")
    updateDate = Text(required=False, help_text=INSTANT)
    errorCode = Text(required=False)
    errorMessage = Text(required=False)


NOTHING = {"type": "object", "maxProperties": 0}


class PaidAmount(Answer):
    currency = Currency()
    subTotalAmount = Amount()
    taxAmount = Amount()
    totalAmount = Amount()
    paymentAmount = Amount()


class PaidFor(Answer):
    description = Text()
    itemList = serializers.ListField(child=Text(help_text=YEAR_MONTH))


class Transaction(Answer):
    """Without an outcome there is no `status`."""

    amount = PaidAmount()
    description = PaidFor()
    status = serializers.ChoiceField(choices=["success", "error"], required=False)
    messageCode = Text()
    message = Text(required=False)


class Statement(Sum):
    paymentStatementId = Text()
    chargedYearMonths = serializers.ListField(child=Text(help_text=YEAR_MONTH))
    paymentStatementInfo = Text()
    paymentDateTime = Whole(required=False, help_text=UNIX)
    paymentMethod = Text(required=False)


class Statements(Answer):
    paymentStatementsList = Statement(many=True)


class Payer(Answer):
    companyName = Text()
    department = Text()
    fullName = Text()


class Company(Answer):
    companyName = Text()
    department = Text()
    countryCode = Text()
    zipCode = Text()
    addressLine1 = Text()
    contactPersonName = Text()
    phoneNumber = Text()
