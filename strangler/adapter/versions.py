"""A migration's operation: rows whose version rises with every update, whoever makes it.

On the line: a tracked model's table -> a trigger -> the version that the freshness cookie names.
Enters: the model's name. Leaves: a trigger, so that bulk updates and raw SQL count as well.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.utils import NotSupportedError

_CREATE = {
    "postgresql": """
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN NEW.version := OLD.version + 1; RETURN NEW; END';
        CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
    """,
    # Its own update asks for another version than it finds, and so fires nothing again.
    "sqlite": """
        CREATE TRIGGER {name} AFTER UPDATE ON {table} WHEN NEW.version <= OLD.version
        BEGIN UPDATE {table} SET version = OLD.version + 1 WHERE rowid = NEW.rowid; END;
    """,
}
_DROP = {
    "postgresql": "DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();",
    "sqlite": "DROP TRIGGER {name};",
}


class RaiseVersion(Operation):
    """Let a trigger raise the model's field ``version``; for PostgreSQL and SQLite.

    Raises ``NotSupportedError`` on any other database: it wants a trigger written for it.
    """

    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing that Django knows of."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._execute(_CREATE, app_label, schema_editor, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._execute(_DROP, app_label, schema_editor, from_state)

    def describe(self) -> str:
        return f"Raise the version of {self.model_name} by a trigger"

    def _execute(
        self,
        by_vendor: dict[str, str],
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        state: ProjectState,
    ) -> None:
        model: Any = state.apps.get_model(app_label, self.model_name)
        connection = schema_editor.connection
        if not self.allow_migrate_model(connection.alias, model):
            return
        if (sql := by_vendor.get(connection.vendor)) is None:
            raise NotSupportedError(f"no trigger is known for {connection.vendor}")
        quote = schema_editor.quote_name
        table = model._meta.db_table
        schema_editor.execute(sql.format(table=quote(table), name=quote(f"{table}_raise_version")))
