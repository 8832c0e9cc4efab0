"""The indexes of one search that lie side by side in OpenSearch, and the aliases that tell them.

Each index holds its own state: whatever takes the live one's place brings its offsets, in one step.
"""

import json
import math
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from typing import Any
from weakref import finalize

from opensearchpy import ConflictError, OpenSearch, OpenSearchException

from consumers.runtime.errors import StopConsumer
from consumers.search.index.opensearch.schema import INDEX
from consumers.search.index.state import FORMAT, IndexState, UnusableState, state_of

LIVE, PREVIOUS, NEXT = "live", "previous", "next"

_STATE, _CURRENT = "state", "current"
# As many hits as one answer holds.
PAGE = 10_000
_MOMENT = "1m"
# A consumer of another release that runs, and calls its index current, keeps it.
_KEPT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Found:
    """One index as it tells of itself; ``place`` says which writing of its state this is."""

    index: str
    state: IndexState
    place: tuple[int, int]
    current_at: float


@dataclass(frozen=True, slots=True)
class Indexes:
    """Those whose names begin with ``name``; each format has its own."""

    client: OpenSearch
    name: str

    def alias(self, role: str) -> str:
        return f"{self.name}-{FORMAT}-{role}"

    def find(self, role: str) -> Found:
        """Give the index in that role. Raises ``UnusableState`` with the reason."""
        alias = self.alias(role)
        state, current = self.client.mget(index=alias, body={"ids": [_STATE, _CURRENT]})["docs"]
        if not state.get("found"):
            raise UnusableState(f"there is no index {alias}, or it has no state")
        told = current["_source"]["current_at"] if current.get("found") else -math.inf
        place = state["_seq_no"], state["_primary_term"]
        return Found(state["_index"], state_of(state["_source"]["state"], alias), place, told)

    def has(self, role: str) -> bool:
        """Tell whether there is an index in that role."""
        return any(self.alias(role) in names for names in self.held().values())

    def begin(self, role: str) -> Found:
        """Make an empty index and give it the role, which it takes from whichever had it."""
        index = f"{self.alias('')}{time.time_ns():x}"
        self.client.indices.create(index=index, body=INDEX)
        self._write(index, _STATE, {"state": json.dumps(asdict(IndexState(index)))})
        self.assign({role: index})
        return self.find(role)

    def save(self, found: Found, state: IndexState) -> Found:
        """Write the state where ``found`` was read. Raises ``StopConsumer`` if it moved since."""
        number, term = found.place
        source = {"state": json.dumps(asdict(state))}
        try:
            done = self._write(found.index, _STATE, source, if_seq_no=number, if_primary_term=term)
        except ConflictError:
            raise StopConsumer(f"another process writes {found.index}") from None
        own = replace(state, directory=found.index)
        return replace(found, state=own, place=(done["_seq_no"], done["_primary_term"]))

    def mark_current(self, index: str) -> None:
        """Say that the index is current as of now."""
        self._write(index, _CURRENT, {"current_at": time.time()})

    def assign(self, roles: dict[str, str | None]) -> None:
        """Give each role to its index, or to none, all in one step."""
        actions: list[dict[str, Any]] = []
        held = self.held()
        for role, index in roles.items():
            alias = self.alias(role)
            others = [each for each, names in held.items() if alias in names and each != index]
            actions += [{"remove": {"index": other, "alias": alias}} for other in others]
            if index is not None:
                actions.append({"add": {"index": index, "alias": alias}})
        if actions:
            self.client.indices.update_aliases(body={"actions": actions})

    def sweep(self) -> None:
        """Remove the indexes that have no role any more."""
        for index, names in self.held().items():
            if not names:
                self.client.indices.delete(index=index)

    def forget_other_formats(self) -> None:
        """Let go of the indexes of other releases, once none of those has run for a while."""
        shape = re.compile(rf"{re.escape(self.name)}-\d+-[0-9a-f]+")
        every = self.client.indices.get_alias(index=f"{self.name}-*")
        others = sorted(
            index for index in filter(shape.fullmatch, every) if not self._is_own(index)
        )
        if others and time.time() - max(map(self._current_at, others)) > _KEPT_SECONDS:
            self.client.indices.delete(index=",".join(others))

    @contextmanager
    def moment(self, index: str) -> Iterator["Moment"]:
        """Look at what was committed last, for a while."""
        moment = self.open_moment(index)
        try:
            yield moment
        finally:
            moment.close()

    def open_moment(self, index: str) -> "Moment":
        opened = self.client.create_pit(index=index, params={"keep_alive": _MOMENT})
        return Moment(self.client, opened["pit_id"])

    def held(self) -> dict[str, list[str]]:
        """Give every index of this format with its aliases."""
        told = self.client.indices.get_alias(index=f"{self.alias('')}*")
        return {index: list(each["aliases"]) for index, each in told.items()}

    def _is_own(self, index: str) -> bool:
        return index.startswith(self.alias(""))

    def _current_at(self, index: str) -> float:
        (found,) = self.client.mget(index=index, body={"ids": [_CURRENT]})["docs"]
        return float(found["_source"]["current_at"]) if found["found"] else 0.0

    def _write(self, index: str, key: str, source: dict[str, Any], **params: int) -> Any:
        return self.client.index(index=index, id=key, body=source, params=params)


class Moment:
    """An index as one commit left it, whatever is written since; until nobody holds it."""

    def __init__(self, client: OpenSearch, pit: str) -> None:
        self._client = client
        self._pit = pit
        self.close = finalize(self, _let_go, client, pit)
        self.close.atexit = False

    def search(self, **asked: Any) -> dict[str, Any]:
        """Ask; ``asked`` is the body of the question."""
        body = {"pit": {"id": self._pit, "keep_alive": _MOMENT}, **asked}
        found: dict[str, Any] = self._client.search(
            body=body, params={"allow_partial_search_results": "false"}
        )
        return found

    def pages(
        self, key: str, fields: list[str], query: dict[str, Any] | None = None
    ) -> Iterator[list[dict[str, Any]]]:
        """Give ``fields`` of all that have ``key`` and match, page by page in the order of keys."""
        asked: dict[str, Any] = {
            "query": query or {"exists": {"field": key}},
            "size": PAGE,
            "docvalue_fields": [key, *fields],
            "_source": False,
            "sort": [{key: "asc"}],
            "track_total_hits": False,
        }
        while True:
            hits = self.search(**asked)["hits"]["hits"]
            yield [{name: first for name, (first, *_) in hit["fields"].items()} for hit in hits]
            if len(hits) < PAGE:
                return
            asked["search_after"] = hits[-1]["sort"]


def _let_go(client: OpenSearch, pit: str) -> None:
    # Whatever goes wrong: it ends by itself within a minute.
    with suppress(OpenSearchException):
        client.delete_pit(body={"pit_id": [pit]})
