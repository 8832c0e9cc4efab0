"""Many rows at once: unsaved objects enter, rows leave by COPY.

Not `bulk_create`, which would stamp every row with today: this world has a past.
"""

from collections.abc import Sequence

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Max, Model


def next_id(model: type[Model]) -> int:
    last: int | None = model._default_manager.aggregate(last=Max("pk"))["last"]
    return (last or 0) + 1


def copy(objects: Sequence[Model]) -> None:
    """Write objects of one model, which all have their ids, or all none."""
    if not objects:
        return
    meta = objects[0]._meta
    fields = [f for f in meta.concrete_fields if not f.primary_key or objects[0].pk]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    statement = f"COPY {connection.ops.quote_name(meta.db_table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as rows:
        for each in objects:
            values = (getattr(each, field.attname) for field in fields)
            rows.write_row(
                [
                    field.get_db_prep_save(value, connection)
                    for field, value in zip(fields, values, strict=True)
                ]
            )


def number_on(*models: type[Model]) -> None:
    """Let the next row of each get the number after the last."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)
