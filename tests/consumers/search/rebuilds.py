"""Rebuilds of the search's line in memory."""

from consumers.runtime.brokers.memory import MemoryBroker, MemoryCluster
from consumers.runtime.failures.dead_letters import DeadLetters
from consumers.runtime.parking.memory import MemoryLot
from consumers.runtime.rebuilding.applying import Applying
from consumers.runtime.rebuilding.graves import Graves
from consumers.runtime.rebuilding.progress import RebuildProgress
from consumers.runtime.rebuilding.steps import Rebuild
from consumers.runtime.rebuilding.topics import MemoryTopics
from consumers.search.handlers import search
from consumers.search.projection import rebuilt_by
from tests.consumers.conftest import SearchLine
from tests.consumers.runtime.worlds import no_event


def rebuild(
    line: SearchLine,
    *,
    back: bool = False,
    accepts_losses: bool = False,
    cluster: MemoryCluster | None = None,
) -> RebuildProgress:
    """Rebuild beside the consumer of ``line``, from the topics of ``cluster`` or its own."""
    told = cluster or line.cluster
    broker = MemoryBroker(line.cluster, "search", line.config.topics)
    progress = RebuildProgress()
    with rebuilt_by(line.engine, back=back) as successor:
        Rebuild(
            MemoryTopics(told, line.config.topics),
            successor,
            Applying(line.config, search, successor.read_model, no_event),
            Graves(MemoryLot(line.parked), DeadLetters(line.config, broker), lambda _: False),
            progress,
            accepts_losses=accepts_losses,
        ).run()
    return progress
