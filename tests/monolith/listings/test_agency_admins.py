"""An agency admin's pages: the homes of the whole agency, and of no other."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from monolith.accounts.models import Agency, User
from monolith.accounts.permissions import may_edit
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing
from tests.monolith.listings.test_agent_views import edit_url, filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(agent: User) -> Agency:
    agency = Agency.objects.create(name="River Homes", slug="river-homes")
    User.objects.filter(pk=agent.pk).update(agency=agency)
    agent.refresh_from_db()
    return agency


@pytest.fixture
def admin(agency: Agency) -> User:
    return User.objects.create_user(
        "alma", "alma@example.org", "sesame", agency=agency, is_agency_admin=True
    )


@pytest.fixture
def admin_client(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def test_an_admin_edits_the_agencys_listings(admin_client: Client, listing: Listing) -> None:
    assert admin_client.get(edit_url(listing)).status_code == 200
    assert admin_client.post(edit_url(listing), filled(listing, price=90_000)).status_code == 302
    listing.refresh_from_db()
    assert listing.price == 90_000


def test_another_agencys_listing_does_not_exist(
    admin_client: Client, make_listing: MakeListing, other_agent: User
) -> None:
    theirs = make_listing(agent=other_agent)
    assert admin_client.get(edit_url(theirs)).status_code == 404
    User.objects.filter(pk=other_agent.pk).update(
        agency=Agency.objects.create(name="Hill Homes", slug="hill-homes")
    )
    assert admin_client.post(edit_url(theirs), filled(theirs, price=1)).status_code == 404
    theirs.refresh_from_db()
    assert theirs.price == 100_000


def test_a_colleague_who_is_no_admin_may_not(
    client: Client, agency: Agency, other_agent: User, listing: Listing
) -> None:
    User.objects.filter(pk=other_agent.pk).update(agency=agency)
    client.force_login(other_agent)
    assert client.get(edit_url(listing)).status_code == 404


def test_an_admin_sees_the_agencys_drafts_and_the_way_to_edit(
    admin_client: Client, make_listing: MakeListing, other_agent: User
) -> None:
    draft = make_listing(status="draft", listed_at=None)
    page = admin_client.get(draft.get_absolute_url())
    assert edit_url(draft) in page.content.decode()
    theirs = make_listing(status="draft", listed_at=None, agent=other_agent)
    assert admin_client.get(theirs.get_absolute_url()).status_code == 404


def test_the_list_names_the_agents_in_few_queries(
    admin_client: Client,
    make_listing: MakeListing,
    other_agent: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        make_listing()
    make_listing(agent=other_agent, title="Not ours")
    with django_assert_max_num_queries(8):
        page = admin_client.get("/agent/").content.decode()
    assert "5 listings" in page
    assert page.count("Ada Agent") == 5
    assert "Not ours" not in page


def test_strangers_may_edit_nothing(agent: User) -> None:
    assert not may_edit(AnonymousUser(), agent)


def test_an_admin_without_an_agency_cannot_be_stored(buyer: User) -> None:
    with pytest.raises(IntegrityError, match="agency_admin_has_an_agency"):
        User.objects.filter(pk=buyer.pk).update(is_agency_admin=True)
