"""How a row counts its changes: a trigger for every model that domain events are told about.

In the database, so that bulk updates and raw SQL raise the version too. A model that has it
carries `version = BigIntegerField(default=1, editable=False)`.
"""

import pgtrigger


def raise_version() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="raise_version",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func="NEW.version = OLD.version + 1; RETURN NEW;",
    )
