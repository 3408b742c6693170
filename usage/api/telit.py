"""The Telit dialect: commands in a TR50 envelope, of which Meisai knows `usage.report`.

A post holds any number of commands by names of the caller's choice, and the answer has one for
each. What goes wrong with one of them is said in its place, within a 200.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import Caller, of_holder
from accounts.api.passwords import membership_of
from accounts.api.views import OpenView
from accounts.choices import Scope
from accounts.models import ApiKey, Membership
from accounts.services import keys, limits, tokens
from billing_portal.common import clock
from billing_portal.common.api.problems import Problem, problem_of
from billing_portal.common.api.reference import described
from billing_portal.common.periods import BadMonth, Month
from billing_portal.common.visitor import ip_address
from usage.api.answers import ANSWERS, PACKET, TelitProblem
from usage.selectors import organisation
from usage.selectors.organisation import COLUMNS, DEFINITION, TYPE, Asked, OrganisationReport

AUTH, SIGN_IN = "auth", "api.authenticate"
MOST_COMMANDS = 20
COUNT_BY = {"none": "", "thingDefinition": DEFINITION, "type": TYPE}

Json = dict[str, Any]


def failure(problem: Problem) -> Json:
    """The code is the HTTP status that an API without envelopes would have, made negative."""
    return {
        "success": False,
        "errorCodes": [-problem.status],
        "errorMessages": [problem.message],
    }


class Commands(OpenView):
    """`POST /api`."""

    topic = "Commands (Telit)"
    problem = TelitProblem
    WITHIN_200: ClassVar[frozenset[int]] = frozenset({400, 401, 403, 404})

    def say(self, problem: Problem) -> Json:
        return failure(problem)

    @described("Run commands", ANSWERS, takes={"application/json": PACKET})
    def post(self, request: Request) -> Response:
        try:
            return Response(_answers(request, _packet(request.data)))
        except exceptions.APIException as error:
            problem = problem_of(error)
            if problem.status in self.WITHIN_200:
                return Response(failure(problem))
            raise


class AuthParams(serializers.Serializer[Json]):
    """A key ID and its secret, or a person's address and password."""

    username = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=4096, trim_whitespace=False)
    code = serializers.CharField(max_length=64, required=False, default="")
    orgKey = serializers.CharField(max_length=64, required=False, default="")


class ReportParams(serializers.Serializer[Json]):
    """What a report is about; all of it can be left out."""

    orgKey = serializers.CharField(max_length=64, required=False)
    month = serializers.CharField(max_length=7, required=False)
    includeSubOrgs = serializers.BooleanField(required=False, default=True)
    countBy = serializers.ChoiceField(list(COUNT_BY), required=False, default="none")

    def validate_month(self, text: str) -> Month:
        try:
            return Month.parse(text)
        except BadMonth as error:
            raise serializers.ValidationError(_("Write the month as YYYY-MM.")) from error


def usage_report(caller: Caller, params: Json) -> Json:
    """Count the things of an organisation, as the organisation report does."""
    if Scope.READ_USAGE not in caller.scopes:
        said = _("This key may not do that. It would need the scope %(scope)s.")
        raise exceptions.PermissionDenied(said % {"scope": Scope.READ_USAGE.value})
    given = _valid(ReportParams, params)
    month = given.get("month", caller.month.previous)
    if month > caller.month:
        raise serializers.ValidationError({"month": _("This month has not begun.")})
    account = caller.account
    if "orgKey" in given:
        account = organisation.organisation(access=caller.access, key=given["orgKey"])
    by = COUNT_BY[given["countBy"]]
    asked = Asked(account, month, below=given["includeSubOrgs"], by=by)
    return _written(organisation.report(asked=asked, now=caller.now))


COMMANDS: Mapping[str, Callable[[Caller, Json], Json]] = {"usage.report": usage_report}


def _packet(data: Any) -> Json:
    """The commands of a post, each an object; raises ValidationError."""
    if not isinstance(data, dict) or not all(isinstance(one, dict) for one in data.values()):
        raise serializers.ValidationError(_("The body is no TR50 packet."))
    if len(data) > MOST_COMMANDS:
        text = _("A post can have %(most)d commands.")
        raise serializers.ValidationError(text % {"most": MOST_COMMANDS})
    return data


def _answers(request: Request, packet: Json) -> Json:
    answers: Json = {}
    caller: Caller | None = None
    auth = packet.pop(AUTH, None)
    try:
        if auth is not None and "command" in auth:
            caller, answers[AUTH] = _signed_in(request, auth)
        elif auth is not None:
            caller = _of_session(auth)
    except exceptions.APIException as error:
        answers[AUTH] = _failed(error)
    for name, command in packet.items():
        answers[name] = _run(request, caller, command)
    return answers


def _run(request: Request, caller: Caller | None, command: Json) -> Json:
    try:
        wanted = command.get("command")
        if wanted == SIGN_IN:
            return _signed_in(request, command)[1]
        if caller is None:
            raise exceptions.NotAuthenticated(_("Sign in first."))
        known = COMMANDS.get(wanted) if isinstance(wanted, str) else None
        if known is None:
            raise exceptions.NotFound(_("There is no such command."))
        _count(caller.name, f"api {wanted}", "read")
        return {"success": True, "params": known(caller, command.get("params") or {})}
    except Exception as error:  # whatever it is, the other commands go on
        return _failed(error)


def _failed(error: Exception) -> Json:
    problem = problem_of(error)
    if problem.status == status.HTTP_429_TOO_MANY_REQUESTS:
        raise error
    return failure(problem)


def _signed_in(request: Request, command: Json) -> tuple[Caller, Json]:
    if command.get("command") != SIGN_IN:
        raise exceptions.NotFound(_("There is no such command."))
    now, given = clock.now(), _valid(AuthParams, command.get("params") or {})
    _count(ip_address(request._request), f"api {SIGN_IN}", "sign_in")
    holder: ApiKey | Membership | None = keys.by_secret(
        secret=given["password"], public_id=given["username"], now=now
    )
    if holder is None:
        holder = membership_of(
            request._request,
            email=given["username"],
            password=given["password"],
            code=given["code"],
            account_key=given["orgKey"],
            now=now,
        )
    token = tokens.issue(to=holder, now=now)
    caller = of_holder(tokens.read(api_key=token.api_key, text=token.text, now=now), now)
    params = {"orgId": str(caller.account.pk), "orgKey": caller.account.key}
    return caller, {"success": True, "params": params | {"sessionId": token.text}}


def _of_session(auth: Json) -> Caller:
    now, text = clock.now(), auth.get("sessionId")
    try:
        return of_holder(tokens.read(api_key=None, text=str(text), now=now), now)
    except tokens.BadToken as error:
        raise exceptions.AuthenticationFailed(_("The session is over. Sign in again.")) from error


def _valid(serializer: type[serializers.Serializer[Any]], params: Any) -> Json:
    given = serializer(data=params)
    given.is_valid(raise_exception=True)
    values: Json = given.validated_data
    return values


def _count(who: str, what: str, limit: str) -> None:
    seconds = limits.wait(who=who, what=what, most=settings.API_LIMITS[limit], now=clock.now())
    if seconds:
        raise exceptions.Throttled(seconds)


def _written(report: OrganisationReport) -> Json:
    asked = report.asked
    return {
        "start": f"{asked.month.start:%Y-%m-%dT%H:%M:%SZ}",
        "end": f"{asked.month.end:%Y-%m-%dT%H:%M:%SZ}",
        "orgId": str(asked.account.pk),
        "orgKey": asked.account.key,
        "orgName": asked.account.organization or asked.account.team_name,
        "result": [
            {
                "orgKey": row.account.key,
                "parentOrgKey": row.parent_key,
                **{column: row.counts[column] for column in COLUMNS},
                **_parts(report, row.parts),
            }
            for row in report.rows
        ],
    }


def _parts(report: OrganisationReport, numbers: Any) -> Json:
    """Counts by definition or type: {"by": {"gateway": {"countThings": 1, …}}}."""
    if not report.asked.by:
        return {}
    found: Json = {}
    for (column, value), number in zip(report.parts, numbers, strict=True):
        found.setdefault(value, {})[column] = number
    return {"by": found}
