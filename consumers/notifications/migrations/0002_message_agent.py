"""The side of a viewing that was erased is blank, also when it was the agent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AlterField("message", "agent_id", models.BigIntegerField(null=True)),
    ]
