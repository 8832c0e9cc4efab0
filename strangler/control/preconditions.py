"""What speaks against a move: each a reason in words, all of them told at once.

On the line: asked by ``services`` before more is asked of a service. Enters: where a
route stands and where it shall. Leaves: objections, which a person may override by force.
"""

import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator

from strangler.envoy.clusters import Place
from strangler.envoy.health import READY_PATH
from strangler.routes import Route
from strangler.stages import Stage, Standing

from .gates import Judged

PATIENCE = 2.0
# What must have been lived through before; any other stage may follow any.
_BEFORE = {Stage.CUTOVER: Stage.CANARY, Stage.RETIRED: Stage.CUTOVER}


def objections(
    route: Route, now: Standing, wanted: Standing, *, is_ready: bool, gates: Iterable[Judged] = ()
) -> Iterator[str]:
    """Yield what speaks against a move that asks more of the service; nothing for a step back."""
    if wanted.exposure <= now.exposure:
        return
    step = _BEFORE.get(wanted.stage)
    if step and now.stage not in (step, wanted.stage):
        yield f"{wanted.stage} comes after {step}, and it is at {now.stage}"
    if not is_ready:
        yield f"service {route.service} does not say that it is ready ({READY_PATH})"
    if route.is_writer and not route.guard and wanted.stage.step >= Stage.CANARY.step:
        yield "it writes, and its `guard` does not say how readers see that at once"
    reached = now.answered
    # Before the first users there is nothing to judge by.
    if reached.percent or reached.segments:
        yield from (f"gate {gate.words()}" for gate in gates if not gate.is_met)


def is_ready(place: Place) -> bool:
    """Ask all of a service's instances whether they can answer; two seconds of silence mean no."""
    return all(_is_ready(str(instance)) for instance in place)


def _is_ready(instance: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{instance}{READY_PATH}", timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
