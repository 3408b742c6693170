"""The people of the accounts that somebody manages."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.choices import Role
from accounts.forms.settings import InvitationForm, RoleForm
from accounts.models import Account, Membership
from accounts.selectors import accounts
from accounts.selectors import people as selectors
from accounts.services import factors, invitations, rules
from accounts.services import people as services
from accounts.tasks import mail
from accounts.views.visit import Visit, address_of, visited
from billing_portal.common.dispatch import send

FORM = ["GET", "HEAD", "POST"]
LIST = "settings-people"


def managed_account(visit: Visit) -> tuple[Account, list[Account]]:
    """The account of the address, and all that the person manages; raises Account.DoesNotExist."""
    among = accounts.named(ids=visit.access.manage)
    account = visit.account(among)
    if account is None:
        raise Account.DoesNotExist
    return account, among


def _back(account: Account, name: str = LIST) -> HttpResponse:
    return redirect(address_of(account, name))


@require_GET
@visited
def people(visit: Visit) -> HttpResponse:
    """Who sees what of our account?"""
    account, among = managed_account(visit)
    return visit.page(
        "accounts/settings/people.html",
        account,
        among=among,
        members=selectors.members(account=account),
        invitations=selectors.invitations(account=account),
        tab="people",
        here=reverse("settings-people"),
    )


@require_http_methods(FORM)
@visited
def invite(visit: Visit) -> HttpResponse:
    """Offer somebody a role."""
    account, among = managed_account(visit)
    language = {"language": visit.person.language}
    form = InvitationForm(visit.request.POST or None, initial=language)
    if visit.request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        try:
            invitations.invite(account=account, actor=visit.person.email, now=visit.now, **values)
        except invitations.InvitationRefused as refusal:
            form.add_error("email", str(refusal))
        else:
            send(mail.sweep)
            said = _("We sent an invitation to %(email)s. It is valid for 7 days.")
            messages.success(visit.request, said % values)
            return _back(account)
    return visit.page(
        "accounts/settings/invite.html",
        account,
        among=among,
        form=form,
        back=address_of(account, LIST),
        here=reverse("settings-invite"),
    )


@require_POST
@visited
def invitation(visit: Visit, pk: int) -> HttpResponse:
    """Send an invitation again, or withdraw it."""
    found = selectors.managed_invitations(access=visit.access).get(pk=pk)
    again = visit.request.POST.get("act") == "again"
    act = invitations.send_again if again else invitations.withdraw
    try:
        act(invitation=found, actor=visit.person.email, now=visit.now)
    except invitations.InvitationIsDead:
        messages.warning(visit.request, _("This invitation was answered meanwhile."))
        return _back(found.account)
    if again:
        send(mail.sweep)
        said = _("We sent a new invitation to %(email)s. The earlier one no longer works.")
    else:
        said = _("The invitation of %(email)s was withdrawn. Its link no longer works.")
    messages.success(visit.request, said % {"email": found.email})
    return _back(found.account)


@require_http_methods(FORM)
@visited
def person(visit: Visit, pk: int) -> HttpResponse:
    """What may this person do in our account?"""
    held = selectors.managed(access=visit.access).get(pk=pk)
    form = RoleForm(visit.request.POST or None, initial={"role": held.role})
    if visit.request.method == "POST" and form.is_valid():
        role = Role(form.cleaned_data["role"])
        try:
            services.change_role(
                membership=held, role=role, actor=visit.person.email, now=visit.now
            )
        except services.LastAdministrator as refusal:
            form.add_error("role", str(refusal))
        else:
            send(mail.sweep)
            said = _("%(person)s is now: %(role)s.")
            messages.success(visit.request, said % {"person": held.user, "role": role.label})
            return _onwards(visit, held)
    return visit.page(
        "accounts/settings/person.html",
        held.account,
        held=held,
        form=form,
        back=address_of(held.account, LIST),
    )


@require_http_methods(FORM)
@visited
def remove(visit: Visit, pk: int) -> HttpResponse:
    """Take somebody's role away, after saying what that means."""
    held = selectors.managed(access=visit.access).get(pk=pk)
    problem = ""
    if visit.request.method == "POST":
        try:
            services.remove(membership=held, actor=visit.person.email, now=visit.now)
        except services.LastAdministrator as refusal:
            problem = str(refusal)
        else:
            send(mail.sweep)
            said = _("%(person)s no longer has a role in %(account)s.")
            names = {"person": held.user, "account": held.account.team_name}
            messages.success(visit.request, said % names)
            return _onwards(visit, held)
    return visit.page("accounts/settings/remove.html", held.account, held=held, problem=problem)


@require_http_methods(FORM)
@visited
def sign_in_rules(visit: Visit) -> HttpResponse:
    """Must everybody of our account have a second factor?"""
    account, among = managed_account(visit)
    problem = ""
    if visit.request.method == "POST":
        required = visit.request.POST.get("required") == "yes"
        try:
            rules.require_second_factor(
                account=account, required=required, person=visit.person, now=visit.now
            )
        except rules.NoFactorYourself as refusal:
            problem = str(refusal)
        else:
            messages.success(visit.request, _said_of_rule(required))
            return _back(account, "settings-rules")
    members = selectors.members(account=account)
    return visit.page(
        "accounts/settings/rules.html",
        account,
        among=among,
        members=members,
        without=[one for one in members if not one.has_factor],  # type: ignore[attr-defined]
        self_has=factors.has_one(visit.person),
        problem=problem,
        tab="rules",
        here=reverse("settings-rules"),
    )


def _said_of_rule(required: bool) -> str:
    if required:
        return _("From now on everybody of this account needs a second factor.")
    return _("From now on a second factor is everybody's own choice.")


def _onwards(visit: Visit, held: Membership) -> HttpResponse:
    """Back to the list; who can no longer see it goes to the first page."""
    managing = Membership.objects.filter(
        user=visit.person, account=held.account, role=Role.ADMIN
    ).exists()
    return _back(held.account) if managing or visit.viewing else redirect("home")
