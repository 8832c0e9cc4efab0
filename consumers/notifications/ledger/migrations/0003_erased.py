from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications_ledger", "0002_notification_is_unwritten")]

    operations = [
        migrations.CreateModel(
            name="Erased",
            fields=[
                ("account_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]
