"""The table through which Debezium is told what to do.

Enters: signals of ours; Debezium's own marks, a row for the opening of each chunk, which it
takes out again. Leaves: the write-ahead log, where the tables connector finds them. Names and
order of the columns are Debezium's ("Sending signals to a connector").
"""

import uuid

from django.db import models

from cdc.connect.connectors import SIGNAL_TABLE


def new_id() -> str:
    """Return an id that Debezium's notifications will carry."""
    return str(uuid.uuid4())


class Signal(models.Model):
    """One order to the tables connector."""

    id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    type = models.CharField(max_length=32)
    data = models.TextField(null=True, help_text="JSON, as the type needs it.")  # noqa: DJ001

    class Meta:
        db_table = SIGNAL_TABLE

    def __str__(self) -> str:
        return f"{self.type} {self.id}"
