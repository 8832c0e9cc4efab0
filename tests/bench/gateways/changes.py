"""What a user feels of change: a flag moved, a service gone, restarts.

Enters: a running gateway between its origins. Leaves: milliseconds, and failures counted.
"""

import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread

from strangler.envoy.clusters import Address
from strangler.envoy.publisher import Publisher
from tests.bench.figures import Summary, summarise

from .contenders import Gateway
from .running import Origin, Told, begin_load, heard

_CONNECTIONS = 8
# Between two restarts: long enough that each is felt, and health is seen again.
_CALM = 2.5


def flag_live_ms(gateway: Gateway, times: int) -> Summary:
    """Return how long after a move the first answer comes from the other side."""
    sides = [("cutover", "search"), ("monolith", "monolith")] * (times // 2)
    return summarise([_until_answered(gateway, stage, by) for stage, by in sides])


def _until_answered(gateway: Gateway, stage: str, by: str) -> float:
    mover = Thread(target=gateway.move, args=(stage,))
    connection = _connection(gateway.config.listen)
    began = time.perf_counter()
    mover.start()
    while _asked(connection)[1] != by:
        pass
    felt = (time.perf_counter() - began) * 1000
    mover.join()
    connection.close()
    return felt


def fallback_ms(gateway: Gateway, service: Origin) -> float:
    """Return the slowest of the first answers after the service was killed."""
    gateway.move("cutover")
    connection = _connection(gateway.config.listen)
    while _asked(connection)[1] != "search":
        pass
    service.kill()
    answers = [_asked(connection) for _ in range(50)]
    service.start()
    connection.close()
    assert {status for status, _, _ in answers} == {200}
    return round(max(took for _, _, took in answers), 1)


def failed_during_restarts(
    gateway: Gateway, requests: Path, monoliths: list[Origin], service: Origin
) -> Told:
    """Restart gateway, service and sites in turn under load and return what the load tells.

    Database and control plane have no part in it; no request asks them.
    """
    gateway.move("cutover")
    acts: list[Callable[[], object]] = [
        gateway.restart,
        lambda: _restart(service),
        # What the agent does at its start.
        lambda: Publisher(gateway.config).heed(),
        *(lambda each=each: _restart(each) for each in monoliths),
        lambda: gateway.move("monolith"),
        *(lambda each=each: _restart(each) for each in monoliths),
        gateway.restart,
    ]
    asking = begin_load(gateway.config.listen, requests, _CONNECTIONS, _CALM * (len(acts) + 1))
    for act in acts:
        Event().wait(_CALM)
        act()
    return heard(asking)


def _restart(origin: Origin) -> None:
    origin.kill()
    origin.start()


def _connection(to: Address) -> HTTPConnection:
    return HTTPConnection(to.host, to.port, timeout=10)


def _asked(connection: HTTPConnection) -> tuple[int, str | None, float]:
    began = time.perf_counter()
    connection.request("GET", "/search")
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.getheader("X-Served-By"), (time.perf_counter() - began) * 1000
