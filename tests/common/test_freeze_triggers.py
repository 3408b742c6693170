"""Triggers are installed by migrate, compared with what is declared, and put right again."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError, connection, models, transaction
from django.test.utils import isolate_apps

from billing_portal.apps import thaw_tables
from billing_portal.checks import frozen as checks
from billing_portal.common import frozen

pytestmark = pytest.mark.django_db

BILL = "meisai_frozen_invoices_bill_update"
ON_SQLITE = f'DROP TRIGGER "{BILL}"'
ON_POSTGRESQL = f'DROP TRIGGER "{BILL}" ON invoices_bill'
HARMLESS = {
    "sqlite": f'CREATE TRIGGER "{BILL}" BEFORE UPDATE ON invoices_bill BEGIN SELECT 1; END',
    "postgresql": f'CREATE OR REPLACE FUNCTION "{BILL}"() RETURNS trigger LANGUAGE plpgsql AS'
    " 'BEGIN RETURN NEW; END'",
}  # fmt: skip


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def drop_one() -> None:
    run(ON_SQLITE if connection.vendor == "sqlite" else ON_POSTGRESQL)


def change_one() -> None:
    if connection.vendor == "sqlite":
        drop_one()
    run(HARMLESS[connection.vendor])


def switch_one_off() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite cannot switch a trigger off")
    run(f'ALTER TABLE invoices_bill DISABLE TRIGGER "{BILL}"')


def findings() -> list[str]:
    return [str(error.msg) for error in checks.frozen_tables_are_frozen(databases=["default"])]


def test_after_migrate_all_is_in_place() -> None:
    assert BILL in frozen.installed(connection)
    assert frozen.missing(connection) == set()
    assert findings() == []


@pytest.mark.parametrize("damage", [drop_one, change_one, switch_one_off])
def test_damage_is_noticed_and_mended(damage: object) -> None:
    assert callable(damage)
    damage()
    assert frozen.missing(connection) == {BILL}
    assert [BILL in text for text in findings()] == [True]
    frozen.install(connection)
    assert frozen.missing(connection) == set()


def test_a_trigger_that_nobody_declared_any_more_is_removed() -> None:
    surplus = frozen.Freeze(apps.get_model("accounts.Account"), None, None, None)
    for trigger in surplus.triggers(connection.vendor):
        for statement in trigger.statements:
            run(statement)
    assert any("accounts_account_" in name for name in frozen.installed(connection))
    frozen.install(connection)
    assert not any("accounts_account_" in name for name in frozen.installed(connection))


def test_all_can_be_dropped_and_installed_again() -> None:
    before = frozen.installed(connection)
    frozen.drop(connection)
    assert frozen.installed(connection) == set()
    frozen.install(connection)
    assert frozen.installed(connection) == before


def test_migrate_installs_what_is_missing() -> None:
    frozen.drop(connection)
    call_command("migrate", verbosity=0)
    assert frozen.missing(connection) == set()


def test_only_sqlite_is_thawed_and_only_for_a_migration() -> None:
    thaw_tables(using="default", plan=[])
    assert frozen.missing(connection) == set()
    thaw_tables(using="default", plan=["a migration"])
    assert bool(frozen.missing(connection)) == (connection.vendor == "sqlite")


def test_the_databases_that_are_not_asked_about_are_not_read() -> None:
    drop_one()
    assert checks.frozen_tables_are_frozen(databases=None) == []


def test_every_foreign_key_of_ours_keeps_out_of_frozen_tables() -> None:
    assert checks.nothing_reaches_into_frozen_tables() == []


@pytest.fixture
def declarations(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(frozen, "_DECLARED", {})
    with isolate_apps("accounts") as isolated:
        monkeypatch.setattr(checks, "apps", isolated)
        yield


def _pair(on_delete: object) -> tuple[type[models.Model], type[models.Model]]:
    class Parent(models.Model):  # noqa: DJ008
        class Meta:
            app_label = "accounts"

    class Child(models.Model):  # noqa: DJ008
        parent = models.ForeignKey(Parent, on_delete)  # type: ignore[arg-type]

        class Meta:
            app_label = "accounts"

    return Parent, Child


@pytest.mark.parametrize("frozen_one", [0, 1])
@pytest.mark.parametrize(
    ("on_delete", "found"),
    [
        (models.CASCADE, ["meisai.E002"]),
        (models.SET_NULL, ["meisai.E002"]),
        (models.SET(1), ["meisai.E002"]),
        (models.PROTECT, []),
        (models.RESTRICT, []),
        (models.DO_NOTHING, []),
    ],
)
def test_a_foreign_key_that_reaches_into_a_frozen_table_is_found(
    declarations: None, on_delete: object, found: list[str], frozen_one: int
) -> None:
    pair = _pair(on_delete)
    frozen.frozen()(pair[frozen_one])
    assert [error.id for error in checks.nothing_reaches_into_frozen_tables()] == found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"parent": "parent"}, "belong together"),
        ({"parent_when": "{row}.x"}, "belong together"),
        ({"when": "state = 'closed'"}, "names the row as {row}"),
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused(
    declarations: None, arguments: dict[str, str], message: str
) -> None:
    with pytest.raises(frozen.BadFreeze, match=re.escape(message)):
        frozen.frozen(**arguments)(_pair(models.PROTECT)[1])


def test_a_parent_that_is_no_foreign_key_is_refused(declarations: None) -> None:
    model = frozen.frozen(parent="id", parent_when="{row}.x = 1")(_pair(models.PROTECT)[1])
    with pytest.raises(frozen.BadFreeze, match=r"Child.id is no foreign key"):
        frozen.declared()[0].triggers("sqlite")
    assert frozen.declared()[0].model is model


def test_a_table_whose_triggers_would_be_cut_short_is_refused(declarations: None) -> None:
    model = _pair(models.PROTECT)[0]
    model._meta.db_table = "x" * (frozen.LONGEST_TABLE + 1)
    with pytest.raises(frozen.BadFreeze, match="at most 40 letters"):
        frozen.frozen()(model)


def test_a_table_that_does_not_exist_yet_is_left_out(declarations: None) -> None:
    frozen.frozen()(_pair(models.PROTECT)[0])
    assert frozen.missing(connection) == set()


def rebuild_bills() -> None:
    """Do what a migration does to a table on SQLite."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'invoices_bill'")
        create = cursor.fetchone()[0]
    with transaction.atomic():
        run(create.replace('"invoices_bill"', '"new__bill"', 1))
        run("DROP TABLE invoices_bill")
        run("ALTER TABLE new__bill RENAME TO invoices_bill")


def test_sqlite_rebuilds_a_thawed_table_and_it_is_frozen_again() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite rebuilds tables")
    with pytest.raises(OperationalError, match="error in trigger"):
        rebuild_bills()
    thaw_tables(using="default", plan=["a migration"])
    rebuild_bills()
    frozen.install(connection)
    assert frozen.missing(connection) == set()
