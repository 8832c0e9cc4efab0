"""Each process is killed in the middle of a stream of changes; nothing is lost."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg
import pytest

from stack.visitor import PageRefused, Visitor
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

_SERVICES = (
    "postgres",
    "redis",
    "kafka",
    "connect",
    "registry",
    "monolith",
    "search-consumer",
    "search-web",
    "strangler",
    "strangler-agent",
    "gateway",
)


@pytest.mark.parametrize("service", _SERVICES)
def test_a_killed_process_loses_nothing(stack: Stack, service: str) -> None:
    with edits(stack) as stream:
        stream.wait_for_more()
        stack.kill(service)
        stack.wait_until(lambda: stack.status()["ready"], timeout_s=60)
        stream.wait_for_more()

    stack.wait_until(lambda: not missing_events(stack), timeout_s=60)
    stack.wait_until(lambda: not behind(stack, stream.listings), timeout_s=60)


class Stream:
    """An agent who changes one price after the other, whatever the site answers."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._is_over = threading.Event()
        self._done = 0
        self.listings: list[int] = []

    def run(self) -> None:
        """Edit until told to stop; a change that failed is simply followed by the next."""
        with Visitor(self._stack.url("gateway")) as agent:
            agent.log_in("agent", "agent")
            self.listings = agent.own_listings()[:10]
            for listing in itertools.cycle(self.listings):
                if self._is_over.is_set():
                    return
                self._edit(agent, listing)

    def _edit(self, agent: Visitor, listing: int) -> None:
        try:
            form = agent.edit_form(listing)
            agent.submit_edit(listing, form | {"price": str(int(form["price"]) + 1)})
            self._done += 1
        except (httpx.HTTPError, PageRefused):
            # The site is down for a moment; a real agent tries again, too.
            time.sleep(0.1)

    def stop(self) -> None:
        """Make this edit the last."""
        self._is_over.set()

    def wait_for_more(self) -> None:
        """Return when ten more changes have been taken by the site."""
        wanted = self._done + 10
        self._stack.wait_until(lambda: self._done >= wanted, timeout_s=60)


@contextmanager
def edits(stack: Stack) -> Iterator[Stream]:
    """Have an agent at work for the time of the block."""
    stream = Stream(stack)
    thread = threading.Thread(target=stream.run)
    thread.start()
    try:
        yield stream
    finally:
        stream.stop()
        thread.join()


def missing_events(stack: Stack) -> set[str]:
    """Return the ids of committed events that no record in Kafka carries."""
    with psycopg.connect(stack.environment()["MONOLITH_DATABASE_URL"]) as monolith:
        committed = {row[0] for row in monolith.execute("SELECT id::text FROM outbox_event")}
    return committed - {event[0] for event in stack.events()}


def behind(stack: Stack, listings: list[int]) -> dict[int, tuple[int, int]]:
    """Return (version in the monolith, version in the read model) where they differ."""
    with psycopg.connect(stack.environment()["MONOLITH_DATABASE_URL"]) as monolith:
        rows = monolith.execute(
            "SELECT id, version FROM listings_listing WHERE id = ANY(%s)", [listings]
        ).fetchall()
    with httpx.Client(base_url=stack.url("search-web", "")) as search:
        answers = {
            listing: search.get(f"/_projection/listing/{listing}").json()["version"]
            for listing, _ in rows
        }
    return {
        listing: (version, answers[listing])
        for listing, version in rows
        if version != answers[listing]
    }
