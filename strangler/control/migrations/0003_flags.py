from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("control", "0002_audiences")]

    operations = [
        migrations.CreateModel(
            name="FlagState",
            fields=[
                ("flag_id", models.CharField(max_length=50, primary_key=True, serialize=False)),
                ("audience", models.JSONField(default=dict)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("revision", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="FlagChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("flag_id", models.CharField(max_length=50)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("who", models.CharField(max_length=150)),
                ("reason", models.TextField()),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
            ],
            options={
                "indexes": [models.Index(fields=["flag_id", "-id"], name="control_flag_history")],
            },
        ),
    ]
