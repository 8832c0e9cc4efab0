"""A home that was reduced, somebody who keeps it, and what is planned for them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import Message
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from cdc.contracts.examples import row_example
from cdc.contracts.notification_ids import id_of
from cdc.contracts.tables import LISTINGS
from consumers.notifications import rows
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.models import Change, Favourite, Home, Person, SavedSearch
from consumers.notifications.sending import settling
from consumers.runtime.config import ConsumerConfig
from tests.consumers.notifications import topics
from tests.consumers.notifications.keys import sealed_email
from tests.consumers.notifications.monolith import Monolith, serving

EVENT = "0198-reduced"


@dataclass
class World:
    """What the service knows; tests change it between the plan and the letter."""

    home: Home
    change: Change

    def person(self, number: int, email: str = "") -> Person:
        token = sealed_email(number, email or f"person{number}@example.org")
        return Person.objects.create(account_id=number, email=token)

    def keeper(self, number: int = 1, email: str = "") -> Notification:
        """Let somebody keep the home, and be about to hear of its price."""
        self.person(number, email)
        Favourite.objects.create(
            id=number, account_id=number, listing_id=self.home.pk, since=self.change.happened_at
        )
        return self.plan(number, "price")

    def seeker(self, number: int = 1, **criteria: Any) -> Notification:
        """Let somebody's search fit the home, and be about to hear of it."""
        self.person(number)
        search = SavedSearch.objects.create(
            account_id=number,
            criteria=criteria,
            frequency="instant",
            version=1,
            since=self.change.happened_at,
        )
        return self.plan(number, "match", saved_search_id=search.pk)

    def plan(self, number: int, kind: str, **facts: Any) -> Notification:
        return Notification.objects.create(
            id=id_of(self.change.pk, number, kind),
            event_id=self.change.pk,
            account_id=number,
            kind=kind,
            listing_id=self.home.pk,
            **facts,
        )


def reduced_home() -> World:
    """Let there be a home whose price went down a moment ago."""
    home = rows.home_of(row_example(LISTINGS))
    home.save()
    change = Change.objects.create(
        event_id=EVENT,
        listing_id=home.pk,
        version=1,
        what="reduced",
        old_price=200_000,
        new_price=home.price,
        happened_at=timezone.now(),
    )
    return World(home, change)


@pytest.fixture
def world(db: None) -> World:
    return reduced_home()


@pytest.fixture
def told(settings: Settings) -> Iterator[None]:
    """Let tests say how far topics go, and how far they are read."""
    settings.CONSUMER_CONFIG = ConsumerConfig("notifications", "notifications", "")
    topics.TOLD.clear()
    settling.points.cache_clear()
    yield
    topics.TOLD.clear()


@pytest.fixture
def all_read(db: None, told: None, settings: Settings) -> None:
    """Let everything be read that topics hold, up to this moment."""
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, settling=timedelta())
    topics.hold()
    topics.read()


def outcome(notification: Notification) -> tuple[str, str]:
    """Return what became of it, and why."""
    now = Notification.objects.get(pk=notification.pk)
    return State(now.state), now.reason


def html_of(sent: mail.EmailMessage) -> str:
    """Return the part of a mail that is HTML."""
    message: Message = sent.message()
    (html,) = [part for part in message.walk() if part.get_content_type() == "text/html"]
    return bytes(html.get_payload(decode=True)).decode()


@pytest.fixture
def monolith(settings: Settings) -> Iterator[Monolith]:
    monolith = Monolith()
    with serving(monolith) as url:
        settings.NOTIFICATIONS = replace(
            settings.NOTIFICATIONS,
            handback_url=f"{url}/handback",
            wishes_url=f"{url}/wishes",
            person_keys_token="secret",
        )
        yield monolith
