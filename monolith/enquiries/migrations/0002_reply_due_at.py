from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="reply",
            name="due_at",
            field=models.DateTimeField(
                editable=False,
                help_text=(
                    "Of a visitor's: when its mail is tried next; empty once it was handed over."
                ),
                null=True,
            ),
        ),
    ]
