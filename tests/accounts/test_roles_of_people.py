"""Roles are given, changed and taken away, and the audit trail knows by whom."""

import pytest

from accounts.choices import Role
from accounts.models import Account, AuditEntry, Membership, User
from accounts.services import people
from tests import factories

NOW = factories.NOW


def grant(person: User, account: Account, role: Role) -> Membership:
    return people.grant(
        person=person, account=account, role=role, actor="operator@example.com", now=NOW
    )


def test_a_role_is_given_and_recorded(stranger: User, agg: Account) -> None:
    grant(stranger, agg, Role.VIEWER)
    assert stranger.memberships.get(account=agg).role == Role.VIEWER
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action) == ("operator@example.com", "membership.grant")
    assert (entry.account_key, entry.subject) == ("AGG", "stranger@example.com")
    assert (entry.at, entry.detail) == (NOW, {"role": "viewer"})


def test_another_role_takes_the_place_of_the_first(stranger: User, agg: Account) -> None:
    grant(stranger, agg, Role.VIEWER)
    grant(stranger, agg, Role.BILLING)
    assert [row.role for row in stranger.memberships.filter(account=agg)] == [Role.BILLING]


def test_the_same_role_again_is_no_act(stranger: User, agg: Account) -> None:
    grant(stranger, agg, Role.VIEWER)
    grant(stranger, agg, Role.VIEWER)
    assert AuditEntry.objects.count() == 1


def test_a_role_that_is_taken_away_stays_in_the_history(stranger: User, stray: Account) -> None:
    membership = stranger.memberships.get()
    people.revoke(membership=membership, actor="operator@example.com", now=NOW)
    assert not stranger.memberships.exists()
    assert AuditEntry.objects.get().action == "membership.revoke"
    last = Membership.history.first()
    assert (last.history_type, last.account_id) == ("-", stray.pk)


@pytest.mark.django_db
class TestAddresses:
    def test_one_address_is_one_person_whatever_its_case(self) -> None:
        User.objects.create_user("Somebody@Example.com", "a good long one")
        with pytest.raises(Exception, match="Another person signs in"):
            User.objects.create_user("somebody@example.COM", "a good long one")

    def test_people_are_found_without_regard_to_case(self) -> None:
        person = factories.user(email="Somebody@Example.com")
        assert User.objects.get_by_natural_key("SOMEBODY@example.com") == person
