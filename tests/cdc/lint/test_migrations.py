"""Migrations that are about to run, and whom they would break."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, migrations, models
from django.db.migrations.operations.base import Operation

from cdc.connect.publications import statements
from cdc.lint import command
from cdc.lint.migrations import Finding, lint

pytestmark = pytest.mark.django_db


def linted(*operations: Operation, app: str = "listings") -> list[Finding]:
    """Return what is found in one migration of these operations."""
    return lint(connection, [(_migration(app, operations), False)])


def _migration(app: str, operations: tuple[Operation, ...]) -> migrations.Migration:
    migration = migrations.Migration("0099_next", app)
    # Django's own way is a class for each migration; the attribute is read from the instance.
    vars(migration)["operations"] = list(operations)
    return migration


BREAKING: list[tuple[Operation, str, tuple[str, ...]]] = [
    (
        migrations.RenameField("listing", "living_area", "square_feet"),
        "rename column",
        ("search", "notifications"),
    ),
    (
        migrations.RemoveField("listing", "version"),
        "drop column",
        ("search", "notifications", "audit"),
    ),
    (
        migrations.AlterField("listing", "price", models.BigIntegerField()),
        "retype column",
        ("search", "notifications"),
    ),
    (
        migrations.AlterModelTable("listing", "homes"),
        "rename table",
        ("search", "notifications", "audit"),
    ),
    (migrations.DeleteModel("PriceChange"), "", ()),
    (
        migrations.RunSQL("TRUNCATE listings_listing"),
        "truncate",
        ("search", "notifications", "audit"),
    ),
    (
        migrations.RunSQL("ALTER TABLE listings_listing REPLICA IDENTITY FULL"),
        "replica identity",
        ("search", "notifications", "audit"),
    ),
    (
        migrations.RunSQL("ALTER TABLE listings_listing DROP CONSTRAINT listings_listing_pkey"),
        "primary key",
        ("search", "notifications", "audit"),
    ),
    (
        migrations.RunSQL(
            "ALTER TABLE listings_listing ADD COLUMN rooms int GENERATED ALWAYS AS (beds) STORED"
        ),
        "generated column",
        (),
    ),
    (
        migrations.RunSQL("ALTER TABLE outbox_event DROP COLUMN traceparent"),
        "outbox",
        ("every consumer of events",),
    ),
    (
        migrations.RunSQL("DROP PUBLICATION banyan_tables"),
        "publication",
        ("notifications", "audit", "search", "every consumer of events"),
    ),
]


@pytest.mark.parametrize(("operation", "rule", "readers"), BREAKING)
def test_a_change_that_readers_would_feel_is_found_with_them(
    operation: Operation, rule: str, readers: tuple[str, ...]
) -> None:
    found = [(each.rule, each.readers) for each in linted(operation) if each.is_breaking]

    assert found == ([(rule, readers)] if rule else [])


def test_what_harms_nobody_is_said_or_passed_over() -> None:
    (finding,) = linted(
        migrations.AddField("listing", "floor", models.IntegerField(null=True)),
        migrations.AddIndex("listing", models.Index(fields=["beds"], name="listing_beds")),
        migrations.AlterField("listing", "seller_name", models.TextField()),
        migrations.RenameField("pricechange", "old_price", "before"),
    )

    assert (finding.rule, finding.is_breaking) == ("new column", False)
    assert "floor" in finding.fact


def test_longer_text_is_the_same_to_readers() -> None:
    assert linted(migrations.AlterField("listing", "title", models.CharField(max_length=200))) == []


def test_python_in_a_migration_is_named_as_unreadable() -> None:
    def fill(apps: object, editor: object) -> None: ...

    (finding,) = linted(migrations.RunPython(fill))

    assert finding.fact == "runs fill()"


def test_dropping_a_column_as_django_does_unpublishes_its_whole_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE reader")
        for statement in statements("reader", existing=set()):
            cursor.execute(statement)
        cursor.execute("ALTER TABLE listings_listing DROP COLUMN lot_size CASCADE")
        cursor.execute("SELECT tablename FROM pg_publication_tables WHERE tablename ~ 'listing'")

        assert cursor.fetchall() == []


def test_the_command_reads_what_has_not_run() -> None:
    said = StringIO()
    call_command("cdc", "lint", stdout=said)
    assert "No migration that waits" in said.getvalue()

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'outbox' AND name > '0002'")
    said = StringIO()
    call_command("cdc", "lint", "--json", stdout=said)
    assert '"rule": "new outbox column"' in said.getvalue()


def test_a_breaking_change_fails_the_command_and_is_said_before_migrate_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = [(_migration("listings", (migrations.RemoveField("listing", "slug"),)), False)]
    monkeypatch.setattr(command, "unapplied", lambda connection: plan)

    with pytest.raises(CommandError, match="1 changes would break"):
        call_command("cdc", "lint", stdout=StringIO())
    command.warn(using="default", plan=plan)

    assert "breaks listings.0099_next: drop column" in capsys.readouterr().err
