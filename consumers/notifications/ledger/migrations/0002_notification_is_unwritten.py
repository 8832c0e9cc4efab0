"""Rows tell whether a broken template held them up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications_ledger", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="is_unwritten",
            field=models.BooleanField(
                default=False,
                # Workers of the release before write rows meanwhile.
                db_default=False,
                help_text="A broken template held it up: it does not grow old by that.",
            ),
        ),
    ]
