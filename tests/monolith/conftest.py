"""A small world for the monolith's tests: two agents, a buyer, and homes made on demand."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from cdc.contracts.handled_by import Given
from monolith.accounts.models import AGENTS, User
from monolith.listings.models import Listing
from tests.monolith import stamps
from tests.monolith.world import World, build

LISTED_AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)

MakeListing = Callable[..., Listing]
Post = Callable[..., Any]
Give = Callable[..., None]
Commit = Callable[[], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def nobody_counted() -> Iterator[None]:
    """Let no test be limited by what another one asked for."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def post(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Post:
    """Return a post that commits, so that its mails are sent."""

    def send(client: Client, url: str, data: dict[str, str] | None = None) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(url, data or {})

    return send


@pytest.fixture
def commit(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Commit:
    """Return a block that commits, so that its mails are sent."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def agent(db: None) -> User:
    return _user("ada", "Ada Agent", is_agent=True)


@pytest.fixture
def other_agent(db: None) -> User:
    return _user("otto", "Otto Other", is_agent=True)


@pytest.fixture
def buyer(db: None) -> User:
    return _user("bo", "Bo Buyer", is_agent=False)


@pytest.fixture
def agent_client(agent: User) -> Client:
    return _logged_in(agent)


@pytest.fixture
def buyer_client(buyer: User) -> Client:
    return _logged_in(buyer)


@pytest.fixture
def make_listing(agent: User) -> MakeListing:
    """Return a maker of homes that are alike but for what the test names."""

    def make(**facts: Any) -> Listing:
        plain = {
            "slug": "plain-home",
            "title": "Plain home",
            "description": "A house with a porch.",
            "address": "101 Ash Street",
            "neighbourhood": "Westgate",
            "zip_code": "43606",
            "price": 100_000,
            "beds": 3,
            "baths": 1,
            "half_baths": 1,
            "rooms": 6,
            "living_area": 1200,
            "lot_size": 5000,
            "stories": "One",
            "wall": "Wood",
            "garage": "Attached",
            "garage_area": 400,
            "year_built": 1950,
            "latitude": 41.65,
            "longitude": -83.6,
            "status": "active",
            "agent": agent,
            "listed_at": LISTED_AT,
            "seller_name": "Selma Seller",
        }
        listing = Listing(**{**plain, **facts})
        listing.save()
        return listing

    return make


@pytest.fixture
def listing(make_listing: MakeListing) -> Listing:
    return make_listing()


@pytest.fixture
def world(listing: Listing, settings: Settings) -> World:
    """Return a person of each role, around one home; nobody's requests are counted."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    return build(listing)


def _user(username: str, name: str, *, is_agent: bool) -> User:
    email = f"{username}@example.org"
    user = User.objects.create_user(username, email, "sesame", display_name=name)
    if is_agent:
        # A test that commits for real leaves nothing behind, not even what migrations made.
        user.groups.add(Group.objects.get_or_create(name=AGENTS)[0])
    return user


def _logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def give(settings: Settings) -> Iterator[Give]:
    """Return what gives people to the service for one kind of mail, in all that is caused next."""
    settings.OUTBOX_STAMP = "tests.monolith.stamps.stamp"

    def given(kind: str, *people: User) -> None:
        stamps.GIVEN[kind] = Given(accounts=frozenset(person.pk for person in people))

    yield given
    stamps.GIVEN.clear()
