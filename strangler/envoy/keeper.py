"""A gateway with nothing else beside it: no database, no agent, no change to the site.

On the line: a configuration -> files in place -> an Envoy that is attended. Each route stands
where its file starts it; SIGHUP reads routes and settings anew. The kill switch works.
"""

from strangler.snapshot import Snapshot

from .attendant import Attendant
from .configuration import Configuration
from .process import Process
from .publisher import Publisher, render


class Keeper(Attendant):
    """Keeps one gateway as its configuration says."""

    def __init__(self, config: Configuration, process: Process) -> None:
        super().__init__(process, self._render, lambda: self.publisher.heed())
        self.config = config
        self.publisher: Publisher = render(config, Snapshot())

    def _render(self) -> None:
        self.publisher = render(self.config, Snapshot())
