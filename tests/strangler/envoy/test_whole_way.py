"""The whole way of a change: over HTTP into the database, by its word to the agent, into Envoy."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import FlagNotFoundError
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from stack.readiness import wait
from strangler import declared, flags
from strangler.control import feed
from strangler.envoy.agent import Agent
from strangler.envoy.publisher import Publisher
from strangler.provider import FileProvider
from strangler.remote import RemoteProvider
from tests.strangler.envoy.test_agent import configuration

pytestmark = [
    pytest.mark.stack,
    pytest.mark.django_db(transaction=True, databases=["default", "strangler"]),
    pytest.mark.urls("strangler.control.urls"),
]


FLAG = "search-typos"


@pytest.fixture
def staff(site: Any, settings: Settings) -> Iterator[APIClient]:
    """Be one of the staff, while an agent follows what they do."""
    settings.STRANGLER = replace(
        configuration(site), flags_file=Path(declared.__file__).with_name("flags.toml")
    )
    user = get_user_model().objects.create(username="anna", is_staff=True)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=user).key}")
    agent = Agent(Publisher(settings.STRANGLER), feed.opened)
    thread = threading.Thread(target=agent.run)
    thread.start()
    assert wait(feed.is_followed, 20)
    yield client
    agent.stop()
    # Woken by a change, it sees that it is to end.
    change(client, "gateway/resume")
    change(client, "gateway/close")
    thread.join(20)
    connections.close_all()
    assert not thread.is_alive()


def change(staff: APIClient, path: str, **body: object) -> dict[str, Any]:
    answer = staff.post(f"/api/{path}", {"reason": "a test", **body}, format="json")
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def is_answered_by(site: Any, name: str) -> bool:
    return bool(site.client.get("/search").text == name)


@pytest.mark.parametrize("what", ["gateway", "routes/search"])
def test_what_staff_do_over_http_is_felt_at_the_gateway(
    site: Any, staff: APIClient, what: str
) -> None:
    change(staff, "routes/search/stage", stage="cutover", force=True)
    assert wait(partial(is_answered_by, site, "search"), 20)
    change(staff, f"{what}/close")
    assert wait(partial(is_answered_by, site, "monolith"), 20)
    change(staff, f"{what}/resume")
    assert wait(partial(is_answered_by, site, "search"), 20)


def test_a_flag_is_felt_here_and_elsewhere(
    site: Any, staff: APIClient, live_server: LiveServer, tmp_path: Path
) -> None:
    here = FileProvider(site.folder.path / "flags.json")
    elsewhere = RemoteProvider(f"{live_server.url}/api/flags.json {tmp_path / 'flags.json'}")
    for percent in ("60", "30", "60"):
        change(staff, f"flags/{FLAG}/audience", percent=percent)
        for provider in (here, elsewhere):
            assert wait(partial(says, provider, percent == "60"), 20), (provider, percent)
    elsewhere.shutdown()


def says(provider: FileProvider, is_on: bool) -> bool:
    """Tell whether it says so of somebody who is reached by 60 %, and not by 30 %."""
    bucket = (flags.offset(FLAG) + 4_500) % flags.BUCKETS
    context = EvaluationContext(None, {"bucket": bucket})
    try:
        return provider.resolve_boolean_details(FLAG, False, context).value is is_on
    except FlagNotFoundError:
        # Nothing was heard yet.
        return False
