from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0002_reply_due_at")]

    operations = [
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="reply_due"
            ),
        ),
    ]
