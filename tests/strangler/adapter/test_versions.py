"""The operation that adopting sites put into a migration, on the databases that it knows."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper as Sqlite
from django.db.migrations import Migration
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState
from django.db.utils import NotSupportedError
from pytest_django import Settings

from strangler.adapter.versions import RaiseVersion

OPERATION = RaiseVersion("leaf")


class Grown(Migration):
    """A site's migration."""

    operations = [
        CreateModel(
            "Leaf",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("text", models.TextField()),
                ("version", models.BigIntegerField(default=1)),
            ],
        ),
        OPERATION,
    ]


@pytest.fixture(params=["postgresql", "sqlite"])
def database(
    request: pytest.FixtureRequest, db: None, settings: Settings
) -> Iterator[BaseDatabaseWrapper]:
    # An adopting site has one database, and no rules about who may migrate it.
    settings.DATABASE_ROUTERS = []
    if request.param == "postgresql":
        yield connection
        return
    sqlite = Sqlite({**connection.settings_dict, "NAME": ":memory:", "OPTIONS": {}}, "sqlite")
    connections["sqlite"] = sqlite
    yield sqlite
    sqlite.close()
    del connections["sqlite"]


def test_every_update_raises_the_version_of_the_rows_it_touches(
    database: BaseDatabaseWrapper,
) -> None:
    with database.schema_editor() as editor:
        Grown("grown", "garden").apply(ProjectState(), editor)
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO garden_leaf (text, version) VALUES ('a', 1), ('b', 1)")
        cursor.execute("UPDATE garden_leaf SET text = 'c' WHERE text = 'a'")
        cursor.execute("UPDATE garden_leaf SET text = text")
        cursor.execute("SELECT text, version FROM garden_leaf ORDER BY text")
        assert cursor.fetchall() == [("b", 2), ("c", 3)]


def test_it_is_taken_back(database: BaseDatabaseWrapper) -> None:
    state, before = ProjectState(), ProjectState()
    migration = Grown("grown", "garden")
    with database.schema_editor() as editor:
        state = migration.apply(state, editor)
        OPERATION.database_backwards("garden", editor, state, before)
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO garden_leaf (text, version) VALUES ('a', 1)")
        cursor.execute("UPDATE garden_leaf SET text = 'b'")
        cursor.execute("SELECT version FROM garden_leaf")
        assert cursor.fetchall() == [(1,)]


def test_a_database_without_a_known_trigger_is_named(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.schema_editor() as editor:
        state = Grown("grown", "garden").mutate_state(ProjectState())
        monkeypatch.setattr(connection, "vendor", "oracle")
        with pytest.raises(NotSupportedError, match="no trigger is known for oracle"):
            OPERATION.database_forwards("garden", editor, ProjectState(), state)
