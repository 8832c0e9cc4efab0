"""A channel that keeps letters in a list, and refuses, is away or breaks off when told so."""

from collections.abc import Iterator
from contextlib import contextmanager

from consumers.notifications.channels.port import ChannelAway, ChannelError, Deliver, Fate, Letter


class MemoryChannel:
    """What has arrived is in ``letters``, by its id."""

    needs_address = True
    disturbs = True

    def __init__(self, *, is_repeatable: bool = False) -> None:
        self.is_repeatable = is_repeatable
        self.letters: list[Letter] = []
        self.opened_times = 0
        # What it says of letters, if it can tell.
        self.fates: dict[str, Fate] | None = None
        # Raised at the next delivery, or when it is opened.
        self.fails: ChannelError | None = None

    @property
    def can_tell(self) -> bool:
        return self.fates is not None

    def told(self, letter_id: str) -> Fate:
        if isinstance(self.fails, ChannelAway):
            raise self.fails
        return (self.fates or {}).get(letter_id, Fate.UNKNOWN)

    @contextmanager
    def opened(self) -> Iterator[Deliver]:
        self.opened_times += 1
        if isinstance(self.fails, ChannelAway):
            raise self.fails
        yield self._deliver

    def _deliver(self, letter: Letter) -> None:
        if self.fails is not None:
            raise self.fails
        self.letters.append(letter)
