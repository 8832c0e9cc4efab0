"""The admin: staff find an enquiry, open it with its answers, and mark many as answered."""

import pytest
from django.test import Client

from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User
from monolith.enquiries import services
from monolith.enquiries.models import Doubt, Enquiry, Reply

pytestmark = pytest.mark.django_db
CHANGELIST = "/admin/enquiries/enquiry/"


def test_staff_find_open_and_mark_enquiries(
    admin_client: Client, agent: User, enquiry: Enquiry, visitors: Enquiry
) -> None:
    services.reply(enquiry.pk, agent.pk, "It is.")
    page = admin_client.get(CHANGELIST, {"q": "vera", "answered_at__isempty": "1"})
    assert "Vera Visitor" in page.content.decode()
    assert "It is." in admin_client.get(f"{CHANGELIST}{enquiry.pk}/change/").content.decode()
    Reply.objects.update(doubt=Doubt.UNCLEAR)
    doubted = admin_client.get(CHANGELIST, {"replies__doubt__exact": "unclear"}).content.decode()
    assert ("Bo Buyer" in doubted, "Vera Visitor" in doubted) == (True, False)
    chosen = [enquiry.pk, visitors.pk]
    admin_client.post(CHANGELIST, {"action": "mark_answered", "_selected_action": chosen})
    assert list(Enquiry.objects.order_by("pk").values_list("version", flat=True)) == [2, 2]
    told = OutboxEvent.objects.get(reason="admin: mark as answered")
    assert (told.event_type, told.aggregate_id) == ("EnquiryAnswered", str(visitors.pk))
