"""The header's reader, as the monolith knows them and as their cookie tells the services."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from consumers.runtime.web.identity import identity_from
from consumers.search.viewer import viewer as viewer_of_search
from monolith.accounts.models import AGENTS, Agency, User
from monolith.accounts.viewer import viewer as viewer_of_monolith

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["agent", "agency admin", "staff", "buyer", "stranger"])
def test_both_sides_show_the_same_header_to_every_role(role: str, settings: Settings) -> None:
    client, request = Client(), RequestFactory().get("/search")
    if role != "stranger":
        request.user = User.objects.create_user(
            "ada",
            "ada@example.org",
            agency=Agency.objects.create(name="Ours", slug="ours"),
            is_staff=role == "staff",
            is_agency_admin=role == "agency admin",
        )
        if role == "agent":
            request.user.groups.add(Group.objects.get(name=AGENTS))
        client.force_login(request.user)
    page = client.get("/search").content.decode()
    here = viewer_of_monolith(request)["viewer"]
    request.identity = identity_from(  # type: ignore[attr-defined]
        client.cookies["banyan_id"].value, settings.IDENTITY_PUBLIC_KEY_FILE
    )
    there = viewer_of_search(request)["viewer"]
    assert there == {name: getattr(here, name) for name in there}
    assert ("My listings" in page) == there["is_agent"] == (role in ("agent", "agency admin"))
