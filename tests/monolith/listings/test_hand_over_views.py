"""Listings handed over: by an agency's admin, within the agency, each told as an event."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import AGENTS, Agency, User
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db
URL = "/agent/hand-over/"


@pytest.fixture
def agency(agent: User, other_agent: User) -> Agency:
    agency = Agency.objects.create(name="River Homes", slug="river-homes")
    User.objects.filter(pk__in=(agent.pk, other_agent.pk)).update(agency=agency)
    return agency


@pytest.fixture
def admin_client(agency: Agency) -> Client:
    user = User.objects.create_user("alma", "alma@example.org", agency=agency, is_agency_admin=True)
    client = Client()
    client.force_login(user)
    return client


def test_an_admin_hands_all_listings_of_one_agent_to_another(
    admin_client: Client, agent: User, other_agent: User, make_listing: MakeListing
) -> None:
    make_listing()
    make_listing(status="draft", listed_at=None)
    assert "Ada Agent, 2 listings" in admin_client.get(URL).content.decode()
    assert f'href="{URL}"' in admin_client.get("/agent/").content.decode()
    answer = admin_client.post(
        URL, {"old_agent": agent.pk, "new_agent": other_agent.pk}, follow=True
    )
    assert "Otto Other has 2 more listings now." in answer.content.decode()
    assert Listing.objects.filter(agent=other_agent).count() == 2
    assert OutboxEvent.objects.filter(event_type="ListingHandedOver").count() == 2


def test_nobody_outside_the_agency_or_without_the_role_is_given_anything(
    admin_client: Client, agent: User, other_agent: User, buyer: User, listing: Listing
) -> None:
    stranger = User.objects.create_user("sid", "sid@example.org")
    stranger.groups.add(Group.objects.get(name=AGENTS))
    User.objects.filter(pk=buyer.pk).update(agency=agent.agency_id)
    User.objects.filter(pk=other_agent.pk).update(is_active=False)
    for old, new in (
        (agent.pk, stranger.pk),
        (agent.pk, buyer.pk),
        (agent.pk, other_agent.pk),
        (stranger.pk, agent.pk),
        (agent.pk, agent.pk),
        (agent.pk, ""),
        ("\x00", "9" * 30),
    ):
        answer = admin_client.post(URL, {"old_agent": old, "new_agent": new})
        assert answer.status_code == 400
        assert 'role="alert"' in answer.content.decode()
    listing.refresh_from_db()
    assert listing.agent_id == agent.pk


def test_only_an_agencys_admin_opens_the_page(
    client: Client, agent_client: Client, buyer_client: Client, agency: Agency
) -> None:
    staff = Client()
    staff.force_login(User.objects.create_user("sam", "sam@example.org", is_staff=True))
    for person, status in ((agent_client, 403), (buyer_client, 403), (staff, 403), (client, 302)):
        assert person.get(URL).status_code == status
        assert person.post(URL).status_code == status
    assert URL not in agent_client.get("/agent/").content.decode()
