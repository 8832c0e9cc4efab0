"""From a snapshot to a gateway that lives by it, and back if the gateway will not.

On the line: between the control plane's word and the watched folder. Enters: snapshots,
and the kill switch. Leaves: files in place, and what became of them.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock

from strangler.publication import published
from strangler.snapshot import Snapshot

from .bootstrap import bootstrap
from .configuration import Configuration
from .files import Discovery, Folder
from .gateway import Answer, Gateway, RefusedConfiguration
from .shape import judge

log = logging.getLogger(__name__)


class Publisher:
    """Keeps the folder in step with the latest snapshot; safe to use from two threads."""

    def __init__(
        self, config: Configuration, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.config = config
        self.clock = clock
        self.folder = Folder(config.folder)
        self.gateway = Gateway(config.admin)
        self.routes = config.routes()
        self.flags = config.flags(self.routes)
        self.clusters = Discovery.of(config.clusters())
        self.complaint = self._judged()
        self._before = self.folder.table_text()
        self._lock = Lock()
        self._latest = self.folder.remembered() or Snapshot()
        # What the table in place means; ``None`` before the first.
        self._in_effect: Snapshot | None = None
        # Switches that were looked at: what is wrong with one is said once.
        self._seen: frozenset[str] = frozenset()

    def take(self, snapshot: Snapshot) -> Answer:
        """Put a snapshot in place and say whether the gateway lives by it."""
        with self._lock:
            self._latest = snapshot
            return self._publish()

    def place_door(self) -> None:
        """Put in place what the gateway reads when it is started; not if it was found bad."""
        if self.complaint is None:
            self.folder.place_bootstrap(bootstrap(self.config.door()))

    def heed(self) -> None:
        """Publish again if a kill switch was thrown or taken back, or a route's time has come."""
        with self._lock:
            self._complain_of_switches()
            if self._now() != self._in_effect:
                self._publish()

    def _complain_of_switches(self) -> None:
        """Tell whoever threw a switch in a hurry that it closes nothing."""
        known = {route.id for route in self.routes}
        thrown = self.folder.switches()
        for name in sorted(thrown - self._seen):
            if name not in known:
                log.error("switch %s closes nothing: no route is named so", name)
            elif self.complaint is not None:
                log.error("switch %s waits for good files; all-to-monolith does not", name)
        self._seen = thrown

    def _now(self) -> Snapshot:
        return self.folder.heeded(self._latest).in_effect(self.routes, self.clock())

    def _heed_switch_only(self) -> Answer:
        # What is in place was good, and so is a table without any route.
        nothing = Discovery.of([self.config.table((), Snapshot())]).text
        self.folder.put_back(nothing if self.folder.is_closed() else self._before or nothing)
        return Answer.REFUSED

    def _judged(self) -> str | None:
        """Return why Envoy would have none of our tables; what is in place then stays."""
        try:
            judge(self.config, self.routes)
        except RefusedConfiguration as error:
            log.error("nothing will be rendered, what is in place stays: %s", error)
            return str(error)
        return None

    def _publish(self) -> Answer:
        self._in_effect = snapshot = self._now()
        if self.complaint is not None:
            return self._heed_switch_only()
        table = Discovery.of([self.config.table(self.routes, snapshot)])
        before, refusals = self.folder.table_text(), self.gateway.refusals()
        changed = self.folder.place(self.clusters, table)
        answer = Answer.AWAY
        if refusals is not None:
            answer = self.gateway.took(table.version, refusals)
        if answer is Answer.REFUSED and before is not None and changed:
            # Envoy goes on with the old table; its next start must find it too.
            self.folder.put_back(before)
            log.error("table %s refused by the gateway; the one before stays", table.version)
            return answer
        if changed:
            where = "everything to the monolith" if snapshot.all_to_monolith else "as set"
            log.info("table %s placed (%s), gateway: %s", table.version, where, answer)
        self.folder.place_flags(published(self.flags, self.routes, snapshot))
        self.folder.remember(self._latest)
        return answer


def render(config: Configuration, now: Snapshot) -> Publisher:
    """Put all of Envoy's files in place; raises ``RefusedConfiguration``, and changes nothing."""
    publisher = Publisher(config)
    if publisher.complaint is not None:
        raise RefusedConfiguration(publisher.complaint)
    publisher.place_door()
    publisher.take(now)
    return publisher
