import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("interests", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="favourite",
            name="version",
            field=models.BigIntegerField(default=1, editable=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="favourite",
            trigger=pgtrigger.compiler.Trigger(
                name="raise_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="0407e9efacd9198796f21517b867d4c01975a52f",
                    operation="UPDATE",
                    pgid="pgtrigger_raise_version_add05",
                    table="interests_favourite",
                    when="BEFORE",
                ),
            ),
        ),
    ]
