"""What speaks against a move: each a reason in words, all of them told at once.

On the line: asked by ``services`` before more is asked of a service. Enters: where a route
stands and where it shall, and what the service says of itself. Leaves: objections, which a
person may override by force.
"""

from collections.abc import Iterable, Iterator

from strangler.adapter.freshness import LIFETIME
from strangler.envoy.health import READY_PATH
from strangler.routes import Route
from strangler.stages import Stage, Standing

from .gates import Judged
from .readiness import Readiness

# What must have been lived through before; any other stage may follow any.
_BEFORE = {Stage.CUTOVER: Stage.CANARY, Stage.RETIRED: Stage.CUTOVER}
# Says something before anybody was answered, too.
_LAG = "lag_seconds"


def objections(
    route: Route,
    now: Standing,
    wanted: Standing,
    readiness: Readiness,
    gates: Iterable[Judged] = (),
) -> Iterator[str]:
    """Yield what speaks against a move that asks more of the service; nothing for a step back."""
    if wanted.exposure <= now.exposure:
        return
    step = _BEFORE.get(wanted.stage)
    if step and now.stage not in (step, wanted.stage):
        yield f"{wanted.stage} comes after {step}, and it is at {now.stage}"
    yield from unfit(route, wanted, readiness)
    if route.is_writer and not route.guard and _reaches_users(wanted):
        yield "it writes, and its `guard` does not say how readers see that at once"
    reached = now.answered
    # Before the first users there are no answers to judge by.
    is_proven = reached.percent or reached.segments
    for gate in gates:
        if not gate.is_met and (is_proven or (gate.gate == _LAG and _reaches_users(wanted))):
            yield f"gate {gate.words()}"


def unfit(route: Route, wanted: Standing, readiness: Readiness) -> Iterator[str]:
    """Yield why the service should not be asked more, wherever the route stands.

    A freshness cookie lives for ten minutes. Who wrote earlier has none, and would be shown an
    older state by a service that is later than that.
    """
    if not readiness.is_ready:
        yield f"service {route.service} does not say that it is ready ({READY_PATH})"
    if _reaches_users(wanted) and (lag := readiness.lag_seconds or 0) > LIFETIME:
        yield f"service {route.service} is {lag:.0f} s late, and cookies guard for {LIFETIME} s"


def _reaches_users(wanted: Standing) -> bool:
    return wanted.stage.step >= Stage.CANARY.step
