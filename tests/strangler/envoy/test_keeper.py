"""A gateway with nothing beside it: it follows itself, drains, and comes back; nobody notices."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from stack.environment import ROOT
from strangler.envoy.clusters import Address
from strangler.envoy.configuration import Configuration
from strangler.envoy.files import BOOTSTRAP_FILE, KILL_SWITCH, KILL_SWITCHES
from strangler.envoy.gateway import binary, free_address
from strangler.envoy.keeper import Keeper
from strangler.envoy.publisher import render
from strangler.snapshot import Snapshot

from .wire import PATIENCE, Scribe, Wire, ask, configuration, gateway

pytestmark = [pytest.mark.stack, pytest.mark.timeout(60)]

Started = tuple[subprocess.Popen[str], Address, Address]
GET = b"GET /a HTTP/1.1\r\nHost: homes.example\r\n\r\n"
ROUTES = """
[[route]]
id = "search"
owner = "search"
note = "x"
methods = ["GET"]
paths = [{{ exact = "/a" }}]
service = "search"
flag = "search"
start = {{ stage = "{stage}" }}
"""


@pytest.fixture
def origin() -> Iterator[Scribe]:
    scribe = Scribe()
    yield scribe
    scribe.close()


@pytest.fixture
def service() -> Iterator[Scribe]:
    scribe = Scribe()
    scribe.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsearch"
    yield scribe
    scribe.close()


class Visitors:
    """Ask without pause over a few connections until they are told to stop."""

    def __init__(self, to: Address, count: int = 4) -> None:
        self.to = to
        self.failures: list[str] = []
        self.answered = 0
        self.changed = threading.Condition()
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._visit) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def wait_for_more(self, count: int = 100) -> None:
        with self.changed:
            wanted = self.answered + count
            assert self.changed.wait_for(lambda: self.answered >= wanted, PATIENCE)

    def leave(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _visit(self) -> None:
        while not self.over.is_set():
            try:
                self._stay()
            except (OSError, AssertionError) as error:
                self.failures.append(repr(error))

    def _stay(self) -> None:
        with Wire(self.to) as wire:
            while not self.over.is_set():
                response, _ = wire.say(GET).answer()
                assert response.status == 200, response.status
                with self.changed:
                    self.answered += 1
                    self.changed.notify_all()
                if response.getheader("connection") == "close":
                    return


def test_no_request_fails_while_one_gateway_follows_another(origin: Scribe, tmp_path: Path) -> None:
    with gateway(tmp_path, origin.address) as keeper:
        visitors = Visitors(keeper.config.listen)
        for _ in range(3):
            visitors.wait_for_more()
            keeper.renew()
        visitors.wait_for_more()
        visitors.leave()
    assert visitors.failures == []


def test_a_successor_that_could_not_begin_is_followed_by_one_that_can(
    origin: Scribe, tmp_path: Path
) -> None:
    with gateway(tmp_path, origin.address) as keeper:
        base = keeper.config.folder / "base-id"
        line = base.read_text()
        base.unlink()
        keeper.renew()
        base.write_text(line)
        before = keeper.process.pid
        keeper.renew()
        assert keeper.process.pid != before


def test_what_has_begun_is_answered_before_the_end(origin: Scribe, tmp_path: Path) -> None:
    origin.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha<pause>lf"
    with gateway(tmp_path, origin.address) as keeper, Wire(keeper.config.listen) as wire:
        wire.say(GET)
        origin.wait_for(1)
        ending = threading.Thread(target=keeper.process.stop)
        ending.start()
        origin.go_on.set()
        assert wire.answer()[1] == b"half"
        ending.join()
        with pytest.raises(ConnectionRefusedError):
            ask(keeper.config.listen, GET)


def test_routes_are_read_anew_and_bad_ones_change_nothing(
    origin: Scribe, service: Scribe, tmp_path: Path
) -> None:
    file = tmp_path / "routes.toml"
    file.write_text(ROUTES.format(stage="monolith"))
    places = {"monolith": (origin.address,), "search": (service.address,)}
    with gateway(tmp_path / "f", origin.address, places=places, routes_file=file) as keeper:
        door = keeper.config.listen
        assert ask(door, GET) == (200, b"ok")
        file.write_text(ROUTES.format(stage="retired"))
        keeper.renew()
        assert ask(door, GET) == (200, b"search")
        file.write_text(ROUTES.format(stage="nonsense"))
        keeper.renew()
        assert ask(door, GET) == (200, b"search")
        for switch in (KILL_SWITCH, f"{KILL_SWITCHES}/search"):
            (keeper.config.folder / switch).touch()
            keeper.publisher.heed()
            assert ask(door, GET) == (200, b"ok")
            (keeper.config.folder / switch).unlink()
            keeper.publisher.heed()
            assert ask(door, GET) == (200, b"search")


def test_another_instance_answers_while_one_is_away(origin: Scribe, tmp_path: Path) -> None:
    away = free_address()
    places = {"monolith": (away, origin.address)}
    with gateway(tmp_path, origin.address, places=places) as keeper:
        assert {ask(keeper.config.listen, GET)[0] for _ in range(20)} == {200}


def words(listen: Address, upstream: Address, folder: Path) -> list[str]:
    return [
        *(sys.executable, "manage.py", "strangler", "gateway", "--listen", str(listen)),
        *("--upstream", str(upstream), "--folder", str(folder), "--concurrency", "1"),
    ]


def surroundings(folder: Path) -> dict[str, str]:
    """Nothing of a stack that happens to run here, and no settings at all."""
    return {"PATH": "/usr/bin:/bin", "BANYAN_HOME": str(folder / "none")}


@pytest.fixture
def command(origin: Scribe, tmp_path: Path) -> Iterator[Started]:
    listen, admin = free_address(), free_address()
    process = subprocess.Popen(
        [*words(listen, origin.address, tmp_path), "--admin", str(admin)],
        stdout=subprocess.PIPE,
        text=True,
        env=surroundings(tmp_path),
    )
    assert process.stdout
    assert f"gateway at {listen}" in process.stdout.readline()
    yield process, listen, admin
    process.terminate()
    process.stdout.close()
    assert process.wait(PATIENCE * 2) == 0


def test_one_command_puts_the_gateway_in_front_of_a_site_and_follows_at_a_signal(
    command: Started, origin: Scribe
) -> None:
    process, listen, admin = command
    visitors = Visitors(listen, 2)
    process.send_signal(signal.SIGHUP)
    while _epoch(admin) != 1:
        visitors.wait_for_more(10)
    visitors.wait_for_more()
    visitors.leave()
    assert visitors.failures == []
    assert origin.heard[0].line == b"GET /a HTTP/1.1"


def test_a_second_gateway_at_the_same_address_or_in_the_same_folder_is_refused(
    command: Started, origin: Scribe, tmp_path: Path
) -> None:
    _, listen, _ = command
    nobody, elsewhere = free_address(), tmp_path / "another"
    same_door = refused(words(listen, nobody, elsewhere), tmp_path)
    assert same_door == f"CommandError: nothing can listen at {listen}: Address already in use\n"
    same_folder = refused(words(free_address(), nobody, tmp_path), tmp_path)
    assert same_folder == (
        f"CommandError: another gateway keeps its files in {tmp_path}: name a --folder\n"
    )
    assert {ask(listen, GET)[0] for _ in range(20)} == {200}


def test_what_cannot_reach_anybody_is_told_at_the_start(origin: Scribe, tmp_path: Path) -> None:
    (tmp_path / "routes.toml").write_text(ROUTES.format(stage="canary"))
    listen = free_address()
    process = subprocess.Popen(
        [*words(listen, origin.address, tmp_path), "--routes", str(tmp_path / "routes.toml")],
        stdout=subprocess.PIPE,
        text=True,
        env=surroundings(tmp_path),
    )
    assert process.stdout
    _, _, *notes = (process.stdout.readline() for _ in range(4))
    process.terminate()
    process.communicate(timeout=PATIENCE * 3)
    assert notes == [
        "note: search: the monolith answers, as no --upstream is named search\n",
        "note: a canary reaches nobody, as IDENTITY_PUBLIC_KEY_FILE names no key\n",
    ]


def test_an_address_that_is_none_is_named(origin: Scribe, tmp_path: Path) -> None:
    nowhere = Address("nohost.invalid", 8000)
    told = refused(words(nowhere, origin.address, tmp_path), tmp_path)
    assert told.startswith("CommandError: nothing can listen at nohost.invalid:8000: ")


def test_a_setting_that_is_no_number_is_one_line(origin: Scribe, tmp_path: Path) -> None:
    told = refused(words(free_address(), origin.address, tmp_path), tmp_path, TRUSTED_HOPS="x")
    assert told == "STRANGLER_*: invalid literal for int() with base 10: 'x'\n"


def refused(command: list[str], folder: Path, **settings: str) -> str:
    named = {f"STRANGLER_{name}": value for name, value in settings.items()}
    ended = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=surroundings(folder) | named,
        timeout=PATIENCE * 3,
    )
    assert ended.returncode == 1
    return ended.stderr


def python(config: Configuration) -> list[str]:
    """Attend as `make up` does."""
    words = (str(config.folder), str(config.admin), "--concurrency", "1")
    return [sys.executable, "-m", "strangler.envoy.attendant", *words]


def bash(config: Configuration) -> list[str]:
    """Attend as compose does, where there is no Python."""
    file, base = str(config.folder / BOOTSTRAP_FILE), str(config.listen.port)
    words = ("-c", file, "-l", "warning", "--base-id", base, "--concurrency", "1")
    return ["bash", "stack/compose/gateway.sh", str(config.admin), *words]


@contextmanager
def started(command: list[str], config: Configuration) -> Iterator[Started]:
    envoy = binary()
    assert envoy
    path = f"{Path(envoy).parent}:{os.environ['PATH']}"
    process = subprocess.Popen(command, text=True, cwd=ROOT, env=os.environ | {"PATH": path})
    _until(lambda: _epoch(config.admin) == 0)
    yield process, config.listen, config.admin
    process.terminate()
    process.wait(PATIENCE * 2)


@pytest.fixture
def config(origin: Scribe, tmp_path: Path) -> Configuration:
    config = configuration(tmp_path, origin.address)
    render(config, Snapshot())
    return config


@pytest.fixture
def attended(config: Configuration) -> Iterator[Started]:
    with started(python(config), config) as attendant:
        yield attendant


@pytest.fixture(params=[python, bash], ids=lambda by: by.__name__)
def attended_somehow(config: Configuration, request: pytest.FixtureRequest) -> Iterator[Started]:
    with started(request.param(config), config) as attendant:
        yield attendant


def test_what_another_renders_is_attended_and_followed_at_a_signal(
    attended_somehow: Started,
) -> None:
    process, listen, admin = attended_somehow
    visitors = Visitors(listen, 2)
    for epoch in (1, 2):
        process.send_signal(signal.SIGHUP)
        while _epoch(admin) != epoch:
            visitors.wait_for_more(10)
    visitors.wait_for_more()
    visitors.leave()
    assert visitors.failures == []


def test_an_attendant_that_is_told_to_end_has_answered_what_had_begun(
    attended_somehow: Started, origin: Scribe
) -> None:
    process, listen, _ = attended_somehow
    origin.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha<pause>lf"
    with Wire(listen) as wire:
        wire.say(GET)
        origin.wait_for(1)
        process.terminate()
        origin.go_on.set()
        assert wire.answer()[1] == b"half"
    assert process.wait(PATIENCE) == 0
    with pytest.raises(ConnectionRefusedError):
        ask(listen, GET)


def test_a_successor_that_cannot_start_leaves_the_one_before_in_place(
    attended_somehow: Started, config: Configuration
) -> None:
    process, listen, admin = attended_somehow
    bootstrap = config.folder / BOOTSTRAP_FILE
    good = bootstrap.read_text()
    bootstrap.write_text("{}}")
    process.send_signal(signal.SIGHUP)
    visitors = Visitors(listen, 1)
    visitors.wait_for_more()
    bootstrap.write_text(good)

    def has_followed() -> bool:
        # The bad one is gone, so that this is not the signal which it was started by.
        if len(psutil.Process(process.pid).children()) == 1:
            process.send_signal(signal.SIGHUP)
        return bool(_epoch(admin))

    _until(has_followed)
    visitors.wait_for_more()
    visitors.leave()
    assert visitors.failures == []


def test_an_attendant_that_is_killed_leaves_no_gateway_behind(attended: Started) -> None:
    process, listen, admin = attended
    process.kill()
    process.wait()
    _until(lambda: _epoch(admin) is None)
    with pytest.raises(ConnectionRefusedError):
        ask(listen, GET)


def _until(is_so: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(500):
        if is_so():
            return
        pause.wait(0.02)
    raise AssertionError("it never became so")


def _epoch(admin: Address) -> int | None:
    try:
        with urllib.request.urlopen(f"http://{admin}/server_info", timeout=PATIENCE) as answer:
            return int(json.load(answer)["command_line_options"]["restart_epoch"])
    except OSError:
        return None


def test_a_gateway_that_was_killed_is_started_again(origin: Scribe, tmp_path: Path) -> None:
    with gateway(tmp_path, origin.address) as keeper:
        serving = threading.Thread(target=keeper.tend)
        serving.start()
        killed = keeper.process.pid
        assert killed
        os.kill(killed, signal.SIGKILL)
        _until_another_listens(keeper, killed)
        assert ask(keeper.config.listen, GET)[0] == 200
        keeper.stop()
        serving.join()


def _until_another_listens(keeper: Keeper, killed: int) -> None:
    listen = keeper.config.listen
    for _ in range(500):
        try:
            if keeper.process.pid != killed:
                socket.create_connection((listen.host, listen.port)).close()
                return
        except ConnectionRefusedError:
            pass
        keeper.stopped.wait(0.02)
    raise AssertionError("nobody listens")
