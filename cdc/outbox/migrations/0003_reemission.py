"""Remember which events were written once more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_audit_trail")]

    operations = [
        migrations.CreateModel(
            name="Reemission",
            fields=[
                ("event_id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("reemitted_at", models.DateTimeField(auto_now=True)),
            ],
            options={"db_table": "outbox_reemission"},
        ),
    ]
