"""The Soracom dialect: its errors, its base of addresses, and signing in and out."""

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.answers import AuthAnswer, SoracomProblem
from accounts.api.callers import TokenPair, caller_of
from accounts.api.passwords import membership_of
from accounts.api.views import KeyView, OpenView
from accounts.choices import Scope
from accounts.models import ApiKey, Membership
from accounts.services import keys, tokens
from billing_portal.common import clock
from billing_portal.common.api.problems import Problem
from billing_portal.common.api.reference import described
from billing_portal.common.api.views import DialectView, Unknown


class Soracom(DialectView):
    """Errors as the dialect has them."""

    problem = SoracomProblem

    def say(self, problem: Problem) -> dict[str, str]:
        """`{"code", "message"}`, which no answer to a request that went well has at its top."""
        return {"code": problem.code, "message": problem.message}


class OfCoverage(Soracom):
    """An address that each coverage has: told by its path, or by the name of the host."""

    servers: ClassVar[list[dict[str, str]]] = [
        {"url": "/", "description": "Japan"},
        {"url": "/g", "description": "Global"},
    ]
    coverage: str = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.coverage = kwargs.pop("coverage")
        if request.get_host().partition(":")[0].lower() in settings.GLOBAL_API_HOSTS:
            self.coverage = "global"
        return super().dispatch(request, *args, **kwargs)


class SoracomView(OfCoverage, KeyView):
    """An address for who has signed in."""

    authentication_classes = (TokenPair,)


class NoSuchAddress(Soracom, Unknown):
    """Every other address of the dialect."""


SIGNING_IN = "Signing in"
Text = serializers.CharField
OPTIONAL: dict[str, Any] = {
    "required": False, "allow_blank": True, "allow_null": True, "max_length": 4096
}  # fmt: skip


class AuthRequest(serializers.Serializer[dict[str, Any]]):
    """What signs in: a key, or the address and password of a person."""

    authKeyId = Text(**OPTIONAL)
    authKey = Text(**OPTIONAL)
    email = Text(**OPTIONAL)
    password = Text(**OPTIONAL, trim_whitespace=False)
    operatorId = Text(**OPTIONAL)
    userName = Text(**OPTIONAL)
    mfaOTPCode = Text(**OPTIONAL)
    tokenTimeoutSeconds = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=int(tokens.LONGEST.total_seconds()),
        help_text="A day, unless told otherwise.",
    )


class SignIn(OfCoverage, OpenView):
    """`POST /auth`."""

    limit = "sign_in"
    topic = SIGNING_IN

    @described("Sign in", AuthAnswer, takes=AuthRequest, wrong=[401])
    def post(self, request: Request) -> Response:
        given = AuthRequest(data=request.data)
        given.is_valid(raise_exception=True)
        typed = {name: value or "" for name, value in given.validated_data.items()}
        now = clock.now()
        holder: ApiKey | Membership
        if typed.get("authKeyId") or typed.get("authKey"):
            holder = _key(typed)
        else:
            holder = membership_of(
                request._request,
                email=typed.get("email") or typed.get("userName", ""),
                password=typed.get("password", ""),
                code=typed.get("mfaOTPCode", ""),
                account_key=typed.get("operatorId", ""),
                now=now,
            )
        lasting = timedelta(seconds=int(typed.get("tokenTimeoutSeconds") or 0)) or tokens.DEFAULT
        token = tokens.issue(to=holder, now=now, lasting=lasting)
        answer = {
            "apiKey": token.api_key,
            "token": token.text,
            "operatorId": holder.account.key,
        }
        if typed.get("userName"):
            answer["userName"] = typed["userName"]
        return Response(answer)


class SignOut(SoracomView):
    """`POST /auth/logout`: whatever the scopes of the key are."""

    topic = SIGNING_IN
    needs: ClassVar[Scope | None] = None

    @described("End the token", status=204)
    def post(self, request: Request) -> Response:
        token = caller_of(request).token
        if token is not None:
            tokens.end(token=token)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _key(typed: dict[str, Any]) -> ApiKey:
    now = clock.now()
    key = keys.by_secret(
        secret=typed.get("authKey", ""), public_id=typed.get("authKeyId", ""), now=now
    )
    if key is None:
        raise AuthenticationFailed(_("The key ID and the secret do not belong together."))
    keys.note_use(key=key, now=now)
    return key
