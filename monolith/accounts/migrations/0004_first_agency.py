from django.db import migrations
from django.db.models import F

# The name that the site's only firm has gone by until now.
NAME, SLUG = "Maumee Homes", "maumee-homes"


def found_agency(apps, schema_editor):
    """Put the agents who are there into the site's first agency; who is there has an address."""
    user = apps.get_model("accounts", "User")
    user.objects.update(confirmed_at=F("date_joined"))
    agents = user.objects.filter(groups__name="agents")
    if agents.exists():
        agency = apps.get_model("accounts", "Agency").objects.create(name=NAME, slug=SLUG)
        user.objects.filter(pk__in=agents.values("pk")).update(agency=agency)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_agency")]
    operations = [migrations.RunPython(found_agency, migrations.RunPython.noop)]
