"""The control plane's word over one PostgreSQL connection, for the agent to follow.

On the line: ``services`` commits and notifies -> this wakes the agent. Enters: LISTEN.
Leaves: snapshots; and back, what became of them.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from strangler.envoy.agent import FeedLost
from strangler.envoy.gateway import Answer
from strangler.envoy.switches import Turn
from strangler.snapshot import Snapshot

from . import ledger, services
from .models import GatewayState

# Held by each running agent for as long as its connection lives.
AGENT_LOCK = 0x62616E79
_POLL = 0.005


class DatabaseFeed:
    """Listens on a connection of its own, so that no notification is lost while reading."""

    def __init__(self, listener: BaseDatabaseWrapper) -> None:
        self.listener = listener

    def snapshot(self) -> Snapshot:
        with _lost_with_database():
            return services.snapshot()

    def wait(self, seconds: float) -> None:
        with _lost_with_database():
            for _ in self.listener.connection.notifies(timeout=seconds, stop_after=1):
                pass

    def acknowledge(self, revision: int, answer: Answer) -> None:
        with _lost_with_database():
            GatewayState.objects.filter(pk=ledger.ONLY).update(
                rendered_revision=revision, rendered_answer=answer, rendered_at=timezone.now()
            )

    def record(self, turns: list[Turn]) -> None:
        with _lost_with_database():
            services.record(turns)


@contextmanager
def opened() -> Iterator[DatabaseFeed]:
    """Listen first and read afterwards: what changes in between wakes the first wait."""
    listener = connections[ledger.database()].copy()
    try:
        with _lost_with_database(), listener.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock_shared(%s)", [AGENT_LOCK])
            cursor.execute(f"LISTEN {ledger.CHANNEL}")
        yield DatabaseFeed(listener)
    finally:
        listener.close()
        connections[ledger.database()].close()


def is_followed() -> bool:
    """Whether an agent is connected now."""
    with connections[ledger.database()].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = %s "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [AGENT_LOCK],
        )
        (followed,) = cursor.fetchone()
    return bool(followed)


def answer_to(revision: int, patience: float = 2.0) -> Answer | None:
    """Wait for what became of a revision; ``None`` if nobody told in time."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        gateway = GatewayState.objects.get(pk=ledger.ONLY)
        if gateway.rendered_revision >= revision:
            return Answer(gateway.rendered_answer)
        time.sleep(_POLL)
    return None


@contextmanager
def _lost_with_database() -> Iterator[None]:
    try:
        yield
    except (Error, psycopg.Error) as error:
        raise FeedLost(str(error).strip().splitlines()[0] if str(error) else "gone") from error
