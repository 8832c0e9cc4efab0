"""An origin that fails, comes back, or is one of too many: what the gateway's counters tell."""

import asyncio
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import IncompleteRead
from pathlib import Path

import httpx
import pytest

from strangler.envoy.clusters import Address
from strangler.envoy.gateway import free_address
from strangler.envoy.keeper import Keeper
from strangler.envoy.limits import Limits

from .wire import PATIENCE, Scribe, Wire, ask, gateway

pytestmark = [pytest.mark.stack, pytest.mark.timeout(60)]

GET = b"GET /a HTTP/1.1\r\nHost: homes.example\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: homes.example\r\nContent-Length: 1000\r\n\r\n"
SICK = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nsick"
# So many second attempts may be under way at once, however few requests there are.
LEAST_BUDGET = 100


@pytest.fixture
def origin() -> Iterator[Scribe]:
    scribe = Scribe()
    yield scribe
    scribe.close()


@pytest.fixture
def another() -> Iterator[Scribe]:
    scribe = Scribe()
    yield scribe
    scribe.close()


def counted(keeper: Keeper, name: str) -> int:
    """Return one of Envoy's own counters."""
    answer = httpx.get(f"http://{keeper.config.admin}/stats?filter=^{name}$", timeout=PATIENCE)
    return int(answer.text.partition(": ")[2] or 0)


def wait_until(is_so: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(500):
        if is_so():
            return
        pause.wait(0.02)
    raise AssertionError("it never became so")


def test_an_instance_that_fails_in_a_row_rests_and_the_other_answers(
    origin: Scribe, another: Scribe, tmp_path: Path
) -> None:
    another.answer = SICK
    places = {"monolith": (origin.address, another.address)}
    with gateway(tmp_path, origin.address, places=places) as keeper:
        ejected = "cluster.monolith.outlier_detection.ejections_active"
        wait_until(
            lambda: bool(ask(keeper.config.listen, GET)[0] and counted(keeper, ejected) == 1)
        )
        assert {ask(keeper.config.listen, GET) for _ in range(20)} == {(200, b"ok")}
        assert counted(keeper, "cluster.monolith.outlier_detection.ejections_enforced_total") == 1


def test_an_instance_that_is_back_gets_its_share_little_by_little(
    origin: Scribe, tmp_path: Path
) -> None:
    away = free_address()
    places = {"monolith": (origin.address, away)}
    slowly = Limits(slow_start=4)
    with gateway(tmp_path, origin.address, places=places, limits=slowly) as keeper:
        healthy = "cluster.monolith.membership_healthy"
        wait_until(lambda: counted(keeper, healthy) == 1)
        # The first began slowly, too.
        wait_until(lambda: counted(keeper, "server.uptime") > slowly.slow_start)
        back = Scribe(away.port)
        wait_until(lambda: counted(keeper, healthy) == 2)
        asked, until = 0, time.monotonic() + slowly.slow_start / 2
        while time.monotonic() < until:
            assert ask(keeper.config.listen, GET)[0] == 200
            asked += 1
        # Half of them are its share, in the end.
        assert 0 < len(back.heard) < asked * 0.4
        back.close()


def test_load_is_shed_rather_than_die_of_it(origin: Scribe, tmp_path: Path) -> None:
    with gateway(tmp_path, origin.address, limits=Limits(heap=1)) as keeper:
        shedding = "overload.envoy.overload_actions.stop_accepting_requests.active"
        wait_until(lambda: counted(keeper, shedding) == 1)
        assert ask(keeper.config.listen, GET) == (503, b"envoy overloaded")
        assert counted(keeper, "http.gateway.downstream_rq_overload_close") == 1
    assert not origin.heard


def test_one_request_too_many_for_an_origin_is_refused_at_once(
    origin: Scribe, tmp_path: Path
) -> None:
    origin.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha<pause>lf"
    one = Limits(requests=1)
    with (
        gateway(tmp_path, origin.address, limits=one) as keeper,
        Wire(keeper.config.listen) as first,
        Wire(keeper.config.listen) as second,
    ):
        first.say(GET)
        origin.wait_for(1)
        # As many may wait as may be asked.
        second.say(GET)
        wait_until(lambda: counted(keeper, "cluster.monolith.upstream_rq_pending_active") == 1)
        assert ask(keeper.config.listen, GET)[0] == 503
        assert counted(keeper, "cluster.monolith.upstream_rq_pending_overflow") == 1
        origin.go_on.set()
        assert [wire.answer()[1] for wire in (first, second)] == [b"half", b"half"]


def test_an_origin_that_falls_silent_is_not_waited_for_for_ever(
    origin: Scribe, tmp_path: Path
) -> None:
    origin.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha<pause>lf"
    hasty = Limits(silence=0.3)
    with (
        gateway(tmp_path, origin.address, limits=hasty) as keeper,
        Wire(keeper.config.listen) as wire,
    ):
        with pytest.raises(IncompleteRead):
            wire.say(GET).answer()
        assert counted(keeper, "http.gateway.downstream_rq_idle_timeout") == 1


@pytest.fixture
def crowded() -> Iterator[Address]:
    """Somebody who accepts nobody: the queue is full, and who comes now hears nothing at all."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        where = Address(*server.getsockname())
        waiting = [_begin_to_connect(where) for _ in range(4)]
        yield where
        for each in waiting:
            each.close()


def _begin_to_connect(to: Address) -> socket.socket:
    connecting = socket.socket()
    connecting.setblocking(False)
    connecting.connect_ex((to.host, to.port))
    return connecting


def test_who_does_not_even_say_no_is_not_waited_for(crowded: Address, tmp_path: Path) -> None:
    # Nothing else ends it: a request to the monolith has no limit in time.
    with gateway(tmp_path, crowded, limits=Limits(connect=0.2)) as keeper:
        assert ask(keeper.config.listen, GET)[0] == 503
        assert counted(keeper, "cluster.monolith.upstream_cx_connect_timeout") == 2


def test_whoever_drips_a_body_is_cut_off(origin: Scribe, tmp_path: Path) -> None:
    hasty = Limits(whole=1)
    with (
        gateway(tmp_path, origin.address, limits=hasty) as keeper,
        Wire(keeper.config.listen) as wire,
    ):
        wire.say(POST)
        with wire.dripping(b"x"):
            response, _ = wire.answer()
        assert response.status == 408
        assert wire.is_closed()
        assert counted(keeper, "http.gateway.downstream_rq_timeout") == 1
    # The origin heard as much as came, and is free again.
    assert 0 < len(origin.wait_for(1)[0].body) < 1000


def test_a_slow_reader_holds_the_origin_back_rather_than_fill_the_gateway(
    origin: Scribe, tmp_path: Path
) -> None:
    size = 64 * 1024 * 1024
    origin.answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size
    with gateway(tmp_path, origin.address) as keeper, Wire(keeper.config.listen) as wire:
        wire.say(GET)
        origin.wait_for(1)
        taken = [0]

        def is_held_back() -> bool:
            taken.append(counted(keeper, "cluster.monolith.upstream_cx_rx_bytes_total"))
            return taken[-1] == taken[-2] > 0

        wait_until(is_held_back)
        # Most of it waits in the system's own buffers.
        assert taken[-1] < size / 2
        assert len(wire.answer()[1]) == size


class Crowded:
    """Hangs up on the first so many at once when all are there, and holds whoever comes again."""

    def __init__(self, count: int) -> None:
        self.first = count
        self.again = 0
        self.all_there = asyncio.Event()
        self.released = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                if self.first:
                    return await self._hang_up_together()
                self.again += 1
                await self.released.wait()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    async def _hang_up_together(self) -> None:
        self.first -= 1
        if not self.first:
            self.all_there.set()
        await self.all_there.wait()


def test_second_attempts_have_a_budget(tmp_path: Path) -> None:
    answers = asyncio.run(_crowd(tmp_path, 3 * LEAST_BUDGET))
    assert answers == {200: LEAST_BUDGET, 503: 2 * LEAST_BUDGET}


async def _crowd(folder: Path, count: int) -> Counter[int]:
    origin = Crowded(count)
    server = await asyncio.start_server(origin.serve, "127.0.0.1", 0, backlog=count)
    address = Address("127.0.0.1", server.sockets[0].getsockname()[1])
    found: Counter[int] = Counter()
    with gateway(folder, address) as keeper:

        async def visit() -> None:
            listen = keeper.config.listen
            reader, writer = await asyncio.open_connection(listen.host, listen.port)
            writer.write(GET)
            found[int((await reader.readuntil(b"\r\n\r\n")).split()[1])] += 1
            writer.close()
            await writer.wait_closed()
            if found[503] == count - LEAST_BUDGET:
                # All that were refused a second attempt know it; the others may be answered.
                origin.released.set()

        await asyncio.wait_for(asyncio.gather(*(visit() for _ in range(count))), 30)
        assert origin.again == LEAST_BUDGET
        assert counted(keeper, "cluster.monolith.upstream_rq_retry_overflow") == 2 * LEAST_BUDGET
    server.close()
    return found
