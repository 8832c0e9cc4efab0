from typing import Any

from django.db import migrations, models

from cdc.contracts.notification_ids import id_of

_ALIKE = ("state", "reason", "attempts", "due_at", "sent_at", "subject", "message_id")


def _move(apps: Any, schema_editor: Any) -> None:
    """Make alerts of what was handed back; each keeps what became of it."""
    alerts, handed_back = (apps.get_model("alerts", name) for name in ("Alert", "HandedBack"))
    for row in handed_back.objects.iterator():
        # Of what is about homes an alert was planned at once.
        if row.kind not in ("enquiry", "viewing"):
            continue
        alerts.objects.get_or_create(
            notification_id=id_of(row.event_id, row.account_id, row.kind),
            defaults={
                "account_id": row.account_id,
                "kind": row.kind,
                "event_id": row.event_id,
                "planned_at": row.at,
                **{name: getattr(row, name) for name in _ALIKE},
            },
        )


class Migration(migrations.Migration):
    dependencies = [("alerts", "0008_messages_told")]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="notification_id",
            field=models.UUIDField(
                editable=False,
                help_text="Made of event, person and kind, as a service makes it.",
                null=True,
                unique=True,
            ),
        ),
        migrations.RunPython(_move, migrations.RunPython.noop),
    ]
