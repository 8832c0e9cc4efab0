"""The admin: staff find a viewing, put it right, and end many; the database keeps hours single."""

import pytest
from django.test import Client

from cdc.outbox.models import OutboxEvent
from monolith.viewings.models import Viewing

pytestmark = pytest.mark.django_db
CHANGELIST = "/admin/viewings/viewing/"


def test_staff_find_open_and_end_viewings(
    admin_client: Client, viewing: Viewing, past: Viewing
) -> None:
    page = admin_client.get(CHANGELIST, {"q": "bo@example.org", "status__exact": "confirmed"})
    assert "1 result" in page.content.decode()
    assert admin_client.get(f"{CHANGELIST}{viewing.pk}/change/").status_code == 200
    chosen = [viewing.pk, past.pk]
    admin_client.post(CHANGELIST, {"action": "mark_done", "_selected_action": chosen})
    found = Viewing.objects.order_by("pk").values_list("status", "version")
    assert list(found) == [("requested", 1), ("done", 2)]
    told = OutboxEvent.objects.get(event_type="ViewingDone")
    assert (told.aggregate_id, told.aggregate_version) == (str(past.pk), 2)
    assert told.reason == "admin: mark as done"
