from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0003_reply_due")]

    operations = [
        migrations.AddField(
            model_name="reply",
            name="doubt",
            field=models.CharField(
                blank=True,
                choices=[
                    ("late", "Its mail has not left yet; it is tried again."),
                    (
                        "unclear",
                        "Its mail broke off amid the sending; nobody knows whether it arrived.",
                    ),
                    ("given up", "Its mail was not taken, and is not tried any more."),
                ],
                db_default="",
                default="",
                editable=False,
                help_text="Of a visitor's: why its mail may not have arrived.",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(
                condition=models.Q(("doubt", ""), _negated=True),
                fields=["enquiry"],
                name="reply_in_doubt",
            ),
        ),
    ]
