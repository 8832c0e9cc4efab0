"""What a consumer says it has applied, asked by HTTP in the language of `cdc.contracts.applied`.

Enters: a consumer's name and address; the pipe knows no more of it. Leaves: a side of the
comparison for each topic of rows that it applies. Raises ``NothingToTell``.
"""

from collections.abc import Mapping
from typing import Any

import httpx

from cdc.audit.errors import NothingToTell
from cdc.audit.notes import RANGE
from cdc.contracts.applied import Sum, Versioned


class AppliedRows:
    """One topic as one consumer has applied it."""

    def __init__(self, consumer: "AuditedConsumer", topic: str) -> None:
        self._consumer = consumer
        self._path = f"applied/{topic}"

    def sums(self) -> dict[int, Sum]:
        told = self._consumer.ask(self._path, size=RANGE)["sums"]
        return {number: Sum(*rest) for number, *rest in told}

    def open(self, number: int) -> list[Versioned]:
        told = self._consumer.ask(self._path, size=RANGE, range=number)["versions"]
        return [(key, version) for key, version in told]

    def missing(self, ends: Mapping[int, int]) -> int:
        """Count the records before ``ends`` that are not applied yet."""
        # No key is below 0: the answer is the offsets and no more.
        told = self._consumer.ask(self._path, size=RANGE, range=-1)["offsets"]
        return sum(max(0, end - told.get(str(number), 0)) for number, end in ends.items())


class AuditedConsumer:
    """A consumer at ``address``."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self._http = httpx.Client(base_url=address.rstrip("/") + "/", timeout=60)

    def topics(self) -> list[str]:
        """Return the topics whose rows it can tell of."""
        return list(self.ask("applied")["topics"])

    def ask(self, path: str, **parameters: Any) -> Any:
        """Return the JSON of an answer."""
        try:
            answer = self._http.get(path, params=parameters)
            return answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise NothingToTell(f"the consumer {self.name} does not tell: {error}") from error
