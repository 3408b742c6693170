"""People on the staff pages: by e-mail address, with roles, and nobody lifts themselves up."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import Account, AuditEntry, Membership, User
from tests import factories

ADD = "admin:accounts_user_add"
CHANGE = "admin:accounts_user_change"
PASSWORD = "correct horse battery"
NEW = {
    "email": "new@example.com",
    "name": "New",
    "language": "en",
    "usable_password": "true",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


def memberships(*rows: dict[str, object], there: int = 0) -> dict[str, object]:
    """The two parts of a page about roles: those that are there, and new ones."""
    part = "memberships-2" if not there else "memberships"
    return {
        "memberships-TOTAL_FORMS": there,
        "memberships-INITIAL_FORMS": there,
        "memberships-2-TOTAL_FORMS": 0 if there else len(rows),
        "memberships-2-INITIAL_FORMS": 0,
        **{f"{part}-{n}-{k}": v for n, row in enumerate(rows) for k, v in row.items()},
    }


def fields(person: User, **changes: object) -> dict[str, object]:
    return {"email": person.email, "language": "en", "is_active": "on", **changes}


class TestAdding:
    def test_a_person_can_sign_in_afterwards(self, staff: Client) -> None:
        assert staff.post(reverse(ADD), NEW).status_code == 302
        assert User.objects.get(email="new@example.com").check_password(PASSWORD)

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"email": "STRANGER@example.com"}, "Another person signs in with this address"),
            ({"password1": "short", "password2": "short"}, "at least 12 characters"),
            ({"email": "nonsense"}, "Enter a valid email address"),
        ],
    )
    def test_what_is_wrong_is_said(
        self, changes: dict[str, str], reason: str, stranger: User, staff: Client
    ) -> None:
        page = staff.post(reverse(ADD), {**NEW, **changes}).content.decode()
        assert reason in page

    def test_a_person_without_a_password_cannot_sign_in(self, staff: Client) -> None:
        staff.post(reverse(ADD), {**NEW, "usable_password": "false"})
        assert not User.objects.get(email="new@example.com").has_usable_password()


class TestRoles:
    def test_are_given_on_the_page_of_a_person(
        self, stranger: User, agg: Account, staff: Client
    ) -> None:
        new = memberships({"account": agg.pk, "role": "viewer"})
        staff.post(reverse(CHANGE, args=[stranger.pk]), fields(stranger, **new))
        assert stranger.memberships.get(account=agg).role == "viewer"

    @pytest.fixture
    def second(self, stray: Account) -> User:
        """Another administrator of the stranger's account, so that the stranger may go."""
        return factories.person(stray)

    def test_are_changed_there(self, stranger: User, second: User, staff: Client) -> None:
        held = stranger.memberships.get()
        changed = memberships({"id": held.pk, "user": stranger.pk, "role": "viewer"}, there=1)
        staff.post(reverse(CHANGE, args=[stranger.pk]), fields(stranger, **changed))
        held.refresh_from_db()
        assert held.role == "viewer"

    @pytest.mark.parametrize(
        ("act", "changes"), [("remove", {"role": "admin", "DELETE": "on"}), ("turn", {})]
    )
    def test_of_the_last_administrator_stay(
        self, act: str, changes: dict[str, str], stranger: User, staff: Client
    ) -> None:
        held = stranger.memberships.get()
        row = {"id": held.pk, "user": stranger.pk, "role": "viewer", **changes}
        typed = fields(stranger, **memberships(row, there=1))
        page = staff.post(reverse(CHANGE, args=[stranger.pk]), typed).content.decode()
        assert "Stranger (STR) would be without an administrator" in page
        assert stranger.memberships.get().role == "admin"

    def test_given_changed_and_taken_are_in_the_audit_trail(
        self, stranger: User, second: User, agg: Account, staff: Client
    ) -> None:
        address = reverse(CHANGE, args=[stranger.pk])
        new = memberships({"account": agg.pk, "role": "viewer"})
        held = stranger.memberships.get()
        staff.post(address, fields(stranger, **new))
        row = {"id": held.pk, "user": stranger.pk, "role": "viewer", "DELETE": "on"}
        staff.post(address, fields(stranger, **memberships(row, there=1)))
        acts = AuditEntry.objects.filter(action__startswith="membership").order_by("pk")
        assert list(acts.values_list("action", "account_key", "actor")) == [
            ("membership.grant", "AGG", "operator@example.com"),
            ("membership.revoke", "STR", "operator@example.com"),
        ]

    def test_are_taken_away_and_stay_in_the_history(
        self, stranger: User, second: User, staff: Client, operator: User
    ) -> None:
        held = stranger.memberships.get()
        row = {"id": held.pk, "user": stranger.pk, "role": held.role, "DELETE": "on"}
        staff.post(
            reverse(CHANGE, args=[stranger.pk]), fields(stranger, **memberships(row, there=1))
        )
        assert not stranger.memberships.exists()
        last = Membership.history.filter(id=held.pk).first()
        assert (last.history_type, last.history_user) == ("-", operator)


def test_a_password_is_changed_and_is_not_in_the_history(stranger: User, staff: Client) -> None:
    address = reverse("admin:auth_user_password_change", args=[stranger.pk])
    typed = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert staff.post(address, typed).status_code == 302
    stranger.refresh_from_db()
    assert stranger.check_password(PASSWORD)
    assert "password" not in {field.name for field in User.history.model._meta.fields}


class TestLesserStaff:
    """Staff who may change people, and are no superusers."""

    @pytest.fixture
    def lesser(self, db: None) -> User:
        person = factories.user(email="lesser@example.com", is_staff=True)
        may = Permission.objects.filter(codename__in=["change_user", "view_user"])
        person.user_permissions.set(may)
        return person

    @pytest.fixture
    def at_work(self, client: Client, lesser: User) -> Client:
        client.force_login(lesser)
        return client

    def test_cannot_lift_themselves_up(self, lesser: User, at_work: Client) -> None:
        typed = fields(lesser, name="Changed", is_staff="on", is_superuser="on", **memberships())
        at_work.post(reverse(CHANGE, args=[lesser.pk]), typed)
        lesser.refresh_from_db()
        assert (lesser.name, lesser.is_superuser) == ("Changed", False)

    @pytest.mark.parametrize("page", [CHANGE, "admin:auth_user_password_change"])
    def test_cannot_take_over_a_superuser(self, page: str, operator: User, at_work: Client) -> None:
        kept = operator.password
        typed = {**fields(operator, **memberships()), "password1": PASSWORD, "password2": PASSWORD}
        assert at_work.post(reverse(page, args=[operator.pk]), typed).status_code == 403
        operator.refresh_from_db()
        assert operator.password == kept
