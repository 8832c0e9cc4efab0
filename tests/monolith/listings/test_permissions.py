"""Who may open an agent's pages of one home, and for whom it does not exist."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from monolith.accounts.models import AGENTS, Agency, User
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db

PAGES = ("edit", "place", "facts", "words", "price", "photos", "review", "withdraw", "relist")


def logged_in(name: str, agency: str = "", **more: Any) -> Client:
    home = Agency.objects.get_or_create(name=agency, slug=agency)[0] if agency else None
    user = User.objects.create_user(name, f"{name}@example.org", agency=home, **more)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_home_opens_for_its_agent_and_their_agency_alone(
    agent: User, agent_client: Client, buyer_client: Client, make_listing: MakeListing, page: str
) -> None:
    agent.agency = Agency.objects.create(name="ours", slug="ours")
    agent.save()
    colleague = logged_in("colleague", "ours")
    other = logged_in("other")
    for name in ("colleague", "other"):
        User.objects.get(username=name).groups.add(Group.objects.get(name=AGENTS))
    asked = {
        200: [agent_client, logged_in("admin", "ours", is_agency_admin=True)],
        404: [colleague, other, logged_in("rival", "theirs", is_agency_admin=True)],
        403: [buyer_client, logged_in("staff", is_staff=True)],
        302: [Client()],
    }
    for status, clients in asked.items():
        for client in clients:
            home = make_listing(status="withdrawn" if page == "relist" else "draft")
            url = f"/agent/listings/{home.pk}/{page}/"
            assert client.get(url).status_code == status
            # Nothing was filled in: who may post is told so or done, others as before.
            posted = client.post(url).status_code
            assert posted in ((200, 302, 400) if status == 200 else (status,))


def test_whoever_is_no_agent_lists_no_home(buyer_client: Client, client: Client) -> None:
    staff = logged_in("staff", is_staff=True)
    for person, status in ((buyer_client, 403), (staff, 403), (client, 302)):
        assert person.get("/agent/listings/new/").status_code == status
        assert person.post("/agent/listings/new/").status_code == status
