"""The agent: the gateway's hand, moved by the control plane's word.

On the line: a route is moved -> the database notifies -> this renders -> Envoy has it,
a few milliseconds later. It outlives the database: the last good files stay, and the
kill switches in the folder and the routes' schedules work without it.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event, Thread
from typing import Protocol

from strangler.snapshot import Snapshot

from .gateway import Answer
from .publisher import Publisher
from .switches import Switches, Turn

log = logging.getLogger(__name__)

# Looked at this often even if nobody said anything: a lost notification heals itself.
SAFETY_NET = 10.0
SWITCH_INTERVAL = 0.1
FIRST_DELAY, LAST_DELAY = 0.2, 5.0


class FeedLost(Exception):
    """The database went away; try again later."""


class Feed(Protocol):
    """The control plane's word, heard over one connection; every call may raise ``FeedLost``."""

    def snapshot(self) -> Snapshot:
        """Return what is true now."""

    def wait(self, seconds: float) -> None:
        """Return at the next change, or when the time is over."""

    def acknowledge(self, revision: int, answer: Answer) -> None:
        """Tell whoever made the change what became of it."""

    def record(self, turns: list[Turn]) -> None:
        """Keep for ever what was turned by files; the same turn twice is kept once."""


class Agent:
    """Follows the feed until it is told to stop."""

    def __init__(
        self, publisher: Publisher, open_feed: Callable[[], AbstractContextManager[Feed]]
    ) -> None:
        self.publisher = publisher
        self.open_feed = open_feed
        self.switches = Switches(publisher.config.folder)
        self.stopped = Event()

    def run(self) -> None:
        """Return after ``stop``; survives everything that the database does."""
        watch = Thread(target=self._watch, name="switches-and-clock", daemon=True)
        watch.start()
        delay = FIRST_DELAY
        while not self.stopped.is_set():
            try:
                with self.open_feed() as feed:
                    log.info("following the control plane")
                    delay = FIRST_DELAY
                    self._follow(feed)
            except FeedLost as error:
                # Said once, not at every attempt.
                if delay == FIRST_DELAY:
                    log.warning("control plane away, last good files stay: %s", error)
                self.stopped.wait(delay)
                delay = min(delay * 2, LAST_DELAY)
        watch.join()

    def stop(self) -> None:
        """End ``run`` at its next step."""
        self.stopped.set()

    def _follow(self, feed: Feed) -> None:
        told: tuple[int, Answer] | None = None
        while not self.stopped.is_set():
            snapshot = feed.snapshot()
            outcome = (snapshot.revision, self.publisher.take(snapshot))
            if outcome != told:
                feed.acknowledge(*outcome)
                told = outcome
            if turns := self.switches.untold():
                feed.record(turns)
                self.switches.tell(turns)
            feed.wait(SAFETY_NET)

    def _watch(self) -> None:
        # Apart from the feed, which may hang on a database that is neither up nor down.
        failing: set[Callable[[], None]] = set()
        while not self.stopped.wait(SWITCH_INTERVAL):
            # Each by itself: a full disk, which takes no note, must not keep a switch from working.
            for act in (self.switches.note, self.publisher.heed):
                try:
                    act()
                except Exception:
                    # Whatever it is, the switches must work when it is over. Said once.
                    if act not in failing:
                        log.exception("a switch could not be heeded; trying again")
                    failing.add(act)
                else:
                    failing.discard(act)
