from django.db import migrations, models


def carry_over(apps, schema_editor):
    """Write what two columns said into the one that says more."""
    states = apps.get_model("control", "RouteState").objects.using(schema_editor.connection.alias)
    for state in states.all():
        state.audience = {"percent": f"{state.percent.normalize():f}", "groups": state.groups}
        state.save(update_fields=["audience"])


class Migration(migrations.Migration):
    dependencies = [("control", "0001_initial")]

    operations = [
        migrations.AddField("routestate", "audience", models.JSONField(default=dict)),
        migrations.RunPython(carry_over, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField("routestate", "groups"),
        migrations.RemoveField("routestate", "percent"),
        migrations.AddField("routechange", "overridden", models.JSONField(default=list)),
        migrations.AddField(
            "gatewaychange", "route_id", models.CharField(default="", max_length=50)
        ),
        migrations.CreateModel(
            name="ClosedRoute",
            fields=[
                ("route_id", models.CharField(max_length=50, primary_key=True, serialize=False)),
            ],
        ),
    ]
