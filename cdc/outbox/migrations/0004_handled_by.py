"""Stamp events with whom a service acts for; those from before are the monolith's.

The default is a constant, so PostgreSQL writes no row anew, however large the table is.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_reemission")]

    operations = [
        migrations.AddField(
            model_name="outboxevent",
            name="handled_by",
            field=models.TextField(
                default="",
                db_default="",
                help_text="For whom a service acts on it: `contracts.handled_by`.",
            ),
        ),
    ]
