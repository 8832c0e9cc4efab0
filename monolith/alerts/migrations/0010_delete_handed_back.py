from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("alerts", "0009_notification_ids")]

    operations = [migrations.DeleteModel(name="HandedBack")]
