"""The shape of what is rendered, judged once: whatever a flag does later, it stays within it.

On the line: after the files of routes and addresses were read, before the first render.
Validating costs Envoy 60 ms. A flag only changes which of these entries stand in the table
and the numbers in them, so that moving a route costs nothing here.
"""

from collections.abc import Sequence

from strangler.routes import Route
from strangler.snapshot import Snapshot
from strangler.stages import Stage, Standing, standing

from .bootstrap import candidate
from .configuration import Configuration
from .gateway import validate

_STANDINGS = [
    standing(stage, "50", ["pilot"], staff=True, users=[1])
    if stage is Stage.CANARY
    else Standing(stage)
    for stage in Stage
]


def judge(config: Configuration, routes: Sequence[Route], *snapshots: Snapshot) -> None:
    """Let Envoy judge every stage of all routes, and these snapshots; raises
    ``RefusedConfiguration``.
    """
    stages = [Snapshot(standings={route.id: each for route in routes}) for each in _STANDINGS]
    tables = [config.table(tuple(routes), snapshot) for snapshot in (*stages, *snapshots)]
    validate(candidate(config.door(), tables, config.clusters()))
