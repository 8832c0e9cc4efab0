"""The smallest read model that there is. No models of Django: settings name it, too."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

from consumers.runtime.errors import RetryLater
from consumers.runtime.records import Partition, Record


class Ledger:
    """A read model that is a list: durable after a flush, with the offsets beside it."""

    def __init__(self) -> None:
        self.durable: list[bytes] = []
        self.offsets: dict[Partition, int] = {}
        self.was_caught_up = False
        self.refusals = 0
        self._staged: list[bytes] = []

    def handle(self, record: Record) -> None:
        self._staged.append(record.value or b"")

    def opened(self) -> AbstractContextManager["Ledger"]:
        """Start anew: what was staged belonged to a process that is gone."""
        self._staged = []
        return nullcontext(self)

    def resume_from(self) -> Mapping[Partition, int]:
        return self.offsets

    def flush(self, offsets: Mapping[Partition, int]) -> None:
        if self.refusals:
            self.refusals -= 1
            raise RetryLater("the disk is busy")
        self.durable += self._staged
        self._staged = []
        self.offsets = {**self.offsets, **offsets}

    def caught_up(self) -> None:
        self.was_caught_up = True
