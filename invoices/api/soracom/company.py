"""To whom documents are addressed: payer and company information over the invoice details.

The address is kept as one text. Written in parts it becomes lines, the postal code first behind its
mark; read, the code is taken out again and the rest is `addressLine1`.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from billing_portal.common.api.reference import described
from invoices.api.soracom import answers
from invoices.api.soracom.base import PAYMENT, MoneyView
from invoices.models import BillingProfile
from invoices.selectors.paying import Details
from invoices.selectors.settings import profile_of
from invoices.services.settings import details
from invoices.services.settings.ground import Who
from invoices.services.settings.refusals import SettingsRefused

MARK = "〒"
LINES = ("state", "city", "addressLine1", "addressLine2", "building")
TEXT: dict[str, Any] = {
    "required": False, "allow_blank": True, "allow_null": True, "max_length": 200
}  # fmt: skip
NAMES = {"company": "companyName", "contact": "contactPersonName", "phone": "phoneNumber"}


class PayerRequest(serializers.Serializer[dict[str, Any]]):
    companyName = serializers.CharField(**TEXT)
    department = serializers.CharField(**TEXT)
    fullName = serializers.CharField(**TEXT)


class CompanyRequest(serializers.Serializer[dict[str, Any]]):
    """What the definition demands, and the parts of an address."""

    companyName = serializers.CharField(max_length=200)
    countryCode = serializers.CharField(max_length=2)
    zipCode = serializers.CharField(max_length=16, allow_blank=True)
    department = serializers.CharField(max_length=200, allow_blank=True)
    contactPersonName = serializers.CharField(max_length=200, allow_blank=True)
    phoneNumber = serializers.CharField(max_length=32, allow_blank=True)
    state = serializers.CharField(**TEXT)
    city = serializers.CharField(**TEXT)
    addressLine1 = serializers.CharField(**TEXT | {"max_length": 1000})
    addressLine2 = serializers.CharField(**TEXT)
    building = serializers.CharField(**TEXT)
    vatIdentificationNumber = serializers.CharField(**TEXT)


class ProfileView(MoneyView):
    """An address about the invoice details of one coverage."""

    topic = PAYMENT
    changing: ClassVar[frozenset[str]] = frozenset({"POST", "PUT"})

    def profile(self) -> BillingProfile | None:
        return profile_of(account_id=self.caller.account.pk, coverage=self.coverage)

    def change(self, values: dict[str, str], kept: Mapping[str, str]) -> None:
        """Change details; `kept` are what staff alone change, and must be as they are.

        Raises ValidationError.
        """
        profile = self.profile()
        if profile is None:
            said = _("There are no invoice details yet. Ask for invoice payment in the portal.")
            raise ValidationError({"request": [said]})
        shown = Details.of(profile)
        for name, text in kept.items():
            if text and text != getattr(shown, name, ""):
                said = _("This is changed by our staff only. Write to us.")
                raise ValidationError({NAMES.get(name, name): [said]})
        caller = self.caller
        who = Who(caller.access.actor, caller.now)
        try:
            details.change(
                account=caller.account, coverage=self.coverage, values=values,
                shown=shown.version, who=who,
            )  # fmt: skip
        except SettingsRefused as refusal:
            name = NAMES.get(refusal.field, refusal.field) or "request"
            raise ValidationError({name: [str(refusal)]}) from refusal


class Payer(ProfileView):
    """`/payment_statements/payer_information`: the names on documents."""

    @described("The names on documents", answers.Payer, wrong=[400])
    def get(self, request: Request) -> Response:
        profile = self.profile()
        if profile is None:
            said = _("There are no invoice details yet. Ask for invoice payment in the portal.")
            raise ValidationError({"request": [said]})
        return Response(
            {
                "companyName": profile.company,
                "department": profile.department,
                "fullName": profile.contact,
            }
        )

    @described("Change the names on documents", status=201, takes=PayerRequest)
    def post(self, request: Request) -> Response:
        typed = _typed(PayerRequest, request)
        names = {"department": "department", "fullName": "contact"}
        values = {own: typed[name] for name, own in names.items() if name in typed}
        self.change(values, {"company": typed.get("companyName", "")})
        return Response(status=status.HTTP_201_CREATED)


class Company(ProfileView):
    """`/operators/{operator_id}/company_information`: the caller's own account only."""

    @described("The invoice details", answers.Company, wrong=[404])
    def get(self, request: Request, operator_id: str) -> Response:
        self.check(operator_id)
        profile = self.profile()
        if profile is None:
            raise NotFound
        code, rest = _parted(profile.address)
        return Response(
            {
                "companyName": profile.company,
                "countryCode": profile.country,
                "zipCode": code,
                "addressLine1": rest,
                "department": profile.department,
                "contactPersonName": profile.contact,
                "phoneNumber": profile.phone,
            }
        )

    @described("Change the invoice details", status=201, takes=CompanyRequest, wrong=[404])
    def post(self, request: Request, operator_id: str) -> Response:
        self.write(request, operator_id)
        return Response(status=status.HTTP_201_CREATED)

    @described("Change the invoice details", takes=CompanyRequest, wrong=[404])
    def put(self, request: Request, operator_id: str) -> Response:
        self.write(request, operator_id)
        return Response(status=status.HTTP_200_OK)

    def write(self, request: Request, operator_id: str) -> None:
        self.check(operator_id)
        typed = _typed(CompanyRequest, request)
        values = {
            "department": typed["department"],
            "contact": typed["contactPersonName"],
            "phone": typed["phoneNumber"],
            "address": _together(typed),
        }
        kept = {
            "company": typed["companyName"],
            "country": typed["countryCode"],
            "vatIdentificationNumber": typed.get("vatIdentificationNumber", ""),
        }
        self.change(values, kept)

    def check(self, operator_id: str) -> None:
        if operator_id != self.caller.account.key:
            raise NotFound


def _typed(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, str]:
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return {name: value or "" for name, value in given.validated_data.items()}


def _together(typed: Mapping[str, str]) -> str:
    code = typed.get("zipCode", "")
    lines = [typed.get(name, "") for name in LINES]
    return "\n".join(filter(None, [f"{MARK}{code}" if code else "", *lines]))


def _parted(address: str) -> tuple[str, str]:
    """The postal code, "" if the text does not begin with one, and the rest of it."""
    first, _newline, rest = address.partition("\n")
    return (first.removeprefix(MARK), rest) if first.startswith(MARK) else ("", address)
