"""The search's line in memory, an index of the test's own, and signed cookies."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from cdc.contracts.topics import LISTING_ROWS
from consumers.runtime.assembly import assemble
from consumers.runtime.brokers.memory import MemoryBroker, MemoryCluster
from consumers.runtime.config import ConsumerConfig, RetryPolicy
from consumers.runtime.consumer import Consumer
from consumers.runtime.parking.memory import MemoryLot
from consumers.runtime.parking.port import Parked, ParkingLot
from consumers.runtime.records import Partition
from consumers.runtime.stores.read_model import ReadModelStore
from consumers.search.handlers import search
from consumers.search.index.reader import TantivyReader
from consumers.search.index.writer import TantivyWriter
from consumers.search.projection import SearchProjection
from tests.consumers.changes import change, key_of
from tests.consumers.runtime.worlds import no_event


class SearchLine:
    """A topic of listing rows and the consumer that projects them."""

    def __init__(
        self,
        root: Path,
        cluster: MemoryCluster | None = None,
        consumer: Consumer[SearchProjection] = search,
        lot: ParkingLot | None = None,
    ) -> None:
        self.root = root
        self.consumer = consumer
        self.lot = lot
        self.cluster = cluster or MemoryCluster()
        self.cluster.create_topic(LISTING_ROWS)
        self.config = ConsumerConfig(
            *("search", "search", "", (LISTING_ROWS,)),
            retry=RetryPolicy(first_delay=0.0),
            lag_seconds=0.0,
            commit_seconds=0.0,
            parked_seconds=0.0,
        )
        self.parked: dict[tuple[Partition, int], Parked] = {}
        self.start()

    def start(self) -> None:
        self.index = TantivyWriter(self.root)
        self.projection = SearchProjection(self.index)
        broker = MemoryBroker(self.cluster, "search", self.config.topics)
        self.store = ReadModelStore(self.projection, self.config)
        self.loop = assemble(
            self.config,
            self.consumer,
            read_model=self.projection,
            broker=broker,
            store=self.store,
            lot=self.lot or MemoryLot(self.parked),
            read_event=no_event,
        )
        broker.subscribe(self.loop)

    def restart(self) -> None:
        self.index.close()
        self.start()

    def save(self, row: dict[str, Any], op: str = "u", lsn: int = 100, snapshot: str = "") -> None:
        """Put a row's change on the topic."""
        value = change(row, op, lsn, snapshot or "false")
        self.cluster.append(LISTING_ROWS, key_of(row["id"]), value)

    def delete(self, listing_id: int, lsn: int = 200) -> None:
        self.cluster.append(LISTING_ROWS, key_of(listing_id), change(None, "d", lsn))
        self.cluster.append(LISTING_ROWS, key_of(listing_id), None)

    def run(self) -> None:
        """Turn until the topic is read out and durable."""
        for _ in range(100):
            self.loop.turn()
            if not any(self.loop._broker.lag().values()) and not self.store.unsettled:
                # One more, idle: only then does the consumer know that it has caught up.
                self.loop.turn()
                return
        raise AssertionError(f"not read out: {self.loop.progress}")

    def dead_letters(self) -> list[bytes]:
        letters = self.cluster.records_of(self.config.dead_letter_topic)
        return [dict(letter.headers)["error"] or b"" for letter in letters]

    def reader(self) -> TantivyReader:
        return TantivyReader(self.root)

    def close(self) -> None:
        self.index.close()


@pytest.fixture
def line(tmp_path: Path) -> Iterator[SearchLine]:
    running = SearchLine(tmp_path / "index")
    yield running
    running.close()


def browser_of_search(settings: Settings, root: Path) -> Client:
    """Give a browser whose pages are the search's own, about the index in ``root``."""
    from consumers.search import settings as search

    for name in (
        *("MIDDLEWARE", "ROOT_URLCONF", "TEMPLATES", "SERVED_BY", "PROBE_PATHS"),
        "CONTENT_SECURITY_POLICY",
        *("FRESHNESS_READ_MODEL", "AUDITED_READ_MODELS", "SEARCH_STALE_SECONDS"),
    ):
        setattr(settings, name, getattr(search, name))
    settings.SEARCH_INDEX_DIR = str(root)
    return Client()


@pytest.fixture
def search_client(line: SearchLine, settings: Settings) -> Client:
    return browser_of_search(settings, line.root)


Sign = Callable[..., str]


@pytest.fixture
def sign() -> Sign:
    """Give what the monolith signs its cookies with."""
    key = Path(django_settings.IDENTITY_PRIVATE_KEY_FILE).read_bytes()

    def signed(lifetime: int = 600, key: bytes = key, **claims: Any) -> str:
        now = int(time.time())
        full = {"iss": "banyan", "iat": now, "exp": now + lifetime, **claims}
        return jwt.encode(full, key, "ES256")

    return signed
