"""Starting and stopping a part of the stack: order, failures, no orphans."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from stack import environment
from stack.layout import Layout
from stack.ports import DEFAULTS
from stack.services import Service, services
from stack.steps import Step, steps
from stack.up import stop_order
from tests.running_stack import Stack


@pytest.fixture
def redis(tmp_path: Path) -> Stack:
    """Run nothing but Redis, the quickest of the services."""
    return Stack(tmp_path)


def test_every_need_is_a_service_or_a_step(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    nodes: dict[str, Service | Step] = {
        **services(DEFAULTS, layout),
        **steps(DEFAULTS, layout, {}, print),
    }

    for name, node in nodes.items():
        assert set(node.after) <= set(nodes), name


def test_users_of_a_service_are_stopped_before_it(tmp_path: Path) -> None:
    order = stop_order(services(DEFAULTS, Layout(tmp_path)))

    assert order.index("connect") < order.index("kafka")
    assert order.index("gateway") < order.index("monolith") < order.index("redis")
    assert set(order) == set(services(DEFAULTS, Layout(tmp_path)))


def test_opensearch_is_a_part_only_where_the_search_uses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(tmp_path)
    monkeypatch.setenv("BANYAN_HOME", str(tmp_path))
    assert "opensearch" not in services(DEFAULTS, layout)

    environment.write({"SEARCH_ENGINE": "opensearch"})

    parts = services(DEFAULTS, layout)
    assert "opensearch" in parts["search-consumer"].after
    assert set(parts["opensearch"].after) <= set(steps(DEFAULTS, layout, {}, print))


@pytest.mark.stack
def test_a_second_start_says_that_it_is_up_and_down_leaves_no_process(redis: Stack) -> None:
    redis.up("--only", "redis")
    process = psutil.Process(redis.status()["services"]["redis"]["pid"])

    assert "already up" in redis.manage("stack", "up", "--detach", "--only", "redis")
    redis.down()

    assert not process.is_running()


@pytest.mark.stack
def test_each_verb_says_what_became_of_the_part(redis: Stack) -> None:
    redis.up("--only", "redis")
    assert "redis is stopped, until `stack start redis`" in redis.manage("stack", "stop", "redis")
    assert "redis is started" in redis.manage("stack", "start", "redis")
    assert redis.manage("stack", "restart", "redis").startswith("redis is started")
    redis.down()


@pytest.mark.stack
def test_a_killed_process_is_started_again_with_its_port(redis: Stack) -> None:
    redis.up("--only", "redis")
    before = redis.status()["services"]["redis"]

    os.kill(before["pid"], signal.SIGKILL)
    redis.wait_until(
        lambda: redis.status()["services"]["redis"]["pid"] not in (None, before["pid"])
    )

    assert redis.status()["services"]["redis"]["port"] == before["port"]
    redis.down()


@pytest.mark.stack
def test_a_killed_supervisor_takes_its_processes_with_it(redis: Stack) -> None:
    redis.up("--only", "redis")
    process = psutil.Process(redis.status()["services"]["redis"]["pid"])

    os.kill(int((redis.home / "supervisord.pid").read_text()), signal.SIGKILL)
    redis.wait_until(lambda: not process.is_running() or process.status() == "zombie")

    assert "No stack runs" in redis.manage("stack", "down")


@pytest.mark.stack
def test_a_part_that_cannot_start_is_told_with_its_last_words_and_all_is_stopped(
    redis: Stack,
) -> None:
    data = redis.home / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9")

    failed = redis.try_manage("stack", "up", "--detach", "--only", "postgres,redis")

    assert failed.returncode == 1
    assert "postgres did not start" in failed.stderr
    assert "postgresql.conf" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert {row["state"] for row in redis.status()["services"].values()} == {"stopped"}


def test_a_folder_that_cannot_be_used_is_told_in_one_line(redis: Stack) -> None:
    redis.home.mkdir(exist_ok=True)
    (redis.home / "redis").write_text("in the way")

    failed = redis.try_manage("stack", "up", "--detach", "--only", "redis")

    assert failed.returncode == 1
    assert failed.stderr.count("\n") == 1
    assert str(redis.home / "redis") in failed.stderr
