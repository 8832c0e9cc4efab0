"""What a user feels of change: a flag moved, a kill switch thrown, a service gone, restarts.

Enters: a running gateway between its origins. Leaves: milliseconds, and failures counted.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread

from strangler.envoy.agent import Agent, Feed, FeedLost
from strangler.envoy.clusters import Address
from strangler.envoy.files import KILL_SWITCH, KILL_SWITCHES
from strangler.envoy.publisher import Publisher
from tests.bench.figures import Summary, summarise

from .contenders import Gateway
from .running import Origin, Told, begin_load, heard

_CONNECTIONS = 8
# Between two restarts: long enough that each is felt, and health is seen again.
_CALM = 2.5
# After the first answer of the monolith: none of them may be the service's.
_MORE = 20


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


def kill_ms(gateway: Gateway, times: int) -> Summary:
    """Return how long after a kill switch is thrown the service gives its last answer.

    By file, as while the control plane is down: the slowest way. A route's and everybody's in turn.
    """
    gateway.move("cutover")
    folder = gateway.config.folder
    switches = [folder / KILL_SWITCHES / "search", folder / KILL_SWITCH] * (times // 2)
    with _agent_alone(gateway):
        return summarise([_until_killed(gateway, switch) for switch in switches])


def _until_killed(gateway: Gateway, switch: Path) -> float:
    connection = _connection(gateway.config.listen)
    while _asked(connection)[1] != "search":
        pass
    began = last = time.perf_counter()
    switch.write_text("measured")
    monoliths = 0
    while monoliths < _MORE:
        if _asked(connection)[1] == "search":
            last = time.perf_counter()
            monoliths = 0
        else:
            monoliths += 1
    switch.unlink()
    connection.close()
    return (last - began) * 1000


@contextmanager
def _agent_alone(gateway: Gateway) -> Iterator[None]:
    """Let an agent heed the switches while the block runs; its control plane is away."""
    agent = Agent(gateway.publisher, _away)
    following = Thread(target=agent.run)
    following.start()
    try:
        yield
    finally:
        agent.stop()
        following.join()


@contextmanager
def _away() -> Iterator[Feed]:
    raise FeedLost("measured without one")
    yield


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
