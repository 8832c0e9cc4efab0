"""The search's line in memory, an index of the test's own, and signed cookies."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import jwt
import pytest
from django.conf import settings as django_settings
from django.test import Client
from openfeature import api
from pytest_django import Settings

from cdc.contracts.tables import FAVOURITES, LISTINGS, CapturedTable
from consumers.runtime.brokers.memory import MemoryCluster
from consumers.runtime.consumer import Consumer
from consumers.runtime.parking.port import ParkingLot
from consumers.runtime.testing.line import Line, by_hand
from consumers.runtime.testing.records import Op
from consumers.runtime.web.tokens import trusted_keys
from consumers.search import features
from consumers.search.handlers import search
from consumers.search.index.opensearch.engine import OpenSearchEngine
from consumers.search.index.port import SearchEngine, SearchIndexSource, SearchIndexWriter
from consumers.search.index.state import IndexState
from consumers.search.index.tantivy.engine import TantivyEngine
from consumers.search.projection import SearchProjection, opened_by


def opened_in(root: Path) -> AbstractContextManager[SearchProjection]:
    """Open the read model of a directory."""
    return opened_by(TantivyEngine(root))


class SearchLine(Line[SearchProjection]):
    """Topics of rows and the consumer that projects them into the index in ``root``."""

    def __init__(
        self,
        root: Path,
        cluster: MemoryCluster | None = None,
        consumer: Consumer[SearchProjection] = search,
        lot: ParkingLot | None = None,
        tables: tuple[CapturedTable, ...] = (LISTINGS,),
        engine: SearchEngine | None = None,
    ) -> None:
        self.root = root
        self.engine = engine or TantivyEngine(root)
        # One group for each index, as its settings want it.
        topics = tuple(table.topic for table in tables)
        config = replace(by_hand(consumer.name), group=str(root), topics=topics)
        opens = partial(opened_by, self.engine)
        super().__init__(consumer, opens, config=config, cluster=cluster, lot=lot)

    @property
    def projection(self) -> SearchProjection:
        return self.read_model  # type: ignore[no-any-return]

    @property
    def index(self) -> SearchIndexWriter:
        return self.read_model._index  # type: ignore[no-any-return]

    def save(self, row: dict[str, Any], op: Op = "u", lsn: int = 100, snapshot: str = "") -> None:
        """Put a row's change on the topic."""
        self.row(LISTINGS, row, op, lsn=lsn, snapshot=snapshot)

    def delete(self, listing_id: int, lsn: int = 200) -> None:
        self.row(LISTINGS, {"id": listing_id}, "d", lsn=lsn)

    def keep(self, number: int, home: int, lsn: int = 100) -> None:
        """Tell that somebody keeps a home."""
        self.row(FAVOURITES, {"id": number, "listing_id": home}, "c", lsn=lsn)

    def dead_letters(self) -> list[bytes]:
        return [letter.header("error") or b"" for letter in self.letters()]

    def live(self) -> IndexState:
        """Give the state that readers see."""
        return self.reader().view().state

    def reader(self) -> SearchIndexSource:
        return self.engine.reader()


@pytest.fixture
def line(tmp_path: Path) -> Iterator[SearchLine]:
    running = SearchLine(tmp_path / "index")
    yield running
    running.close()


def browser_of_search(settings: Settings, line: SearchLine) -> Client:
    """Give a browser whose pages are the search's own, about the index of ``line``."""
    from consumers.search import settings as search

    for name in (
        *("MIDDLEWARE", "ROOT_URLCONF", "TEMPLATES", "SERVED_BY", "PROBE_PATHS"),
        *("CONTENT_SECURITY_POLICY", "FORM_RENDERER"),
        *(
            "FRESHNESS_READ_MODEL",
            "FRESHNESS_CLEARS",
            "AUDITED_READ_MODELS",
            "SEARCH_STALE_SECONDS",
        ),
        *("SEARCH_ENGINE", "OPENSEARCH_URL", "OPENSEARCH_INDEX"),
    ):
        setattr(settings, name, getattr(search, name))
    settings.SEARCH_INDEX_DIR = str(line.root)
    if isinstance(line.engine, OpenSearchEngine):
        settings.SEARCH_ENGINE = "opensearch"
        settings.OPENSEARCH_URL = line.engine.url
        settings.OPENSEARCH_INDEX = line.engine.name
    return Client()


@pytest.fixture
def search_client(line: SearchLine, settings: Settings) -> Client:
    return browser_of_search(settings, line)


SwitchOn = Callable[..., None]


@pytest.fixture
def switch_on() -> Iterator[SwitchOn]:
    """Switch features of the search on for everybody, until the test ends."""
    yield lambda *names: api.set_provider(features.switched_on(names), "search")
    features.use_settings()


Sign = Callable[..., str]


@pytest.fixture
def sign() -> Sign:
    """Give what the monolith signs its cookies with."""
    return signed


def signed(lifetime: int = 600, key: bytes = b"", **claims: Any) -> str:
    """Return a cookie's value as the monolith signs it, or whoever has ``key``."""
    own = Path(django_settings.IDENTITY_PRIVATE_KEY_FILE)
    now = int(time.time())
    full = {"iss": "banyan", "iat": now, "exp": now + lifetime, **claims}
    (trusted,) = trusted_keys(django_settings.IDENTITY_PUBLIC_KEY_FILE)
    return jwt.encode(full, key or own.read_bytes(), "ES256", headers={"kid": trusted.id})
