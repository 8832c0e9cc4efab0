"""The port between a decided notification and the way it reaches somebody.

Adapters: `email`, `feed`, and `memory` for tests. Errors are the policy:

    ChannelError
        ChannelAway   nothing was handed over; all wait for it, until they are old
            TooFast   it wants a pause, maybe one that it names
        Refused       it did not arrive; tried again, or never again when it is final
        Unclear       it may have arrived; only a channel that can tell repeats it
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable
from uuid import UUID


class ChannelError(Exception):
    """A letter was not handed over as it should have been."""


class ChannelAway(ChannelError):
    """Whoever takes letters does not answer; nothing was handed over."""


class TooFast(ChannelAway):
    """Whoever takes letters wants fewer of them for a while, or none for the ``pause`` it names."""

    def __init__(self, reason: str, pause: timedelta | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


class Refused(ChannelError):
    """The letter was refused in clear words."""

    def __init__(self, reason: str, *, is_final: bool, is_nobodys: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final
        # There is no such address, so that no other letter arrives there either.
        self.is_nobodys = is_nobodys


class Unclear(ChannelError):
    """The connection broke off amid the letter."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is told to one person; ``id`` is the notification's, the same at every attempt."""

    id: str
    account_id: int
    subject: str
    text: str
    html: str = ""
    # Where on the site it leads.
    path: str = "/"
    to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    # Other notifications that it tells as well.
    also: tuple[UUID, ...] = ()


class Fate(StrEnum):
    """What became of a letter that may have arrived, by the word of who takes them."""

    TAKEN = "taken"
    NEVER_CAME = "never came"
    UNKNOWN = "unknown"


Deliver = Callable[[Letter], None]
"""Hand a letter over and return when it is taken. Raises the types above."""


class Channel(Protocol):
    """A way to reach people."""

    @property
    def needs_address(self) -> bool:
        """Tell whether letters want the person's mail address to go to."""

    @property
    def disturbs(self) -> bool:
        """Tell whether it is to be silent in quiet hours, and counts for a day."""

    @property
    def is_repeatable(self) -> bool:
        """Tell whether a second delivery of the same letter changes nothing."""

    def opened(self) -> AbstractContextManager[Deliver]:
        """Reach whoever takes letters, before anything is claimed. Raises ``ChannelAway``."""


@runtime_checkable
class Tells(Protocol):
    """A channel that can be asked; one that is repeatable need not be."""

    @property
    def can_tell(self) -> bool:
        """Tell whether whoever takes its letters now answers such questions."""

    def told(self, letter_id: str) -> Fate:
        """Return what became of a letter, minutes after it was tried. Raises ``ChannelAway``."""
