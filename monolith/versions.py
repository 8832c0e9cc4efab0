"""How a row counts its changes: a trigger for every model that domain events are told about.

In the database, so that bulk updates and raw SQL raise the version too. A model that has it
carries `version = BigIntegerField(default=1, editable=False)`.
"""

import pgtrigger
from django.db.models import Model


def raise_version() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="raise_version",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func="NEW.version = OLD.version + 1; RETURN NEW;",
    )


def save(row: Model, *fields: str) -> None:
    """Write these fields of the row and when it changed; read back the version that it got.

    The event that tells of the change must carry that version, which the trigger gave.
    """
    moments = (field.name for field in row._meta.fields if getattr(field, "auto_now", False))
    row.save(update_fields=[*fields, *moments])
    row.refresh_from_db(fields=["version"])
