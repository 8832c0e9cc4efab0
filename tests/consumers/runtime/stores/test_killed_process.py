"""`kill -9` in mid-stream, on Kafka and PostgreSQL: each effect once, each key in order."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from stack.environment import ROOT
from stack.readiness import wait
from tests.consumers.runtime.stores.counting import EACH, KEYS, values
from tests.consumers.runtime.worlds import KafkaWorld
from tests.running_stack import clean_environment


class Killing:
    """A database and a topic that outlive every process that counts."""

    def __init__(self, postgres: dict[str, Any], kafka: str, name: str) -> None:
        self._postgres = postgres
        self._name = name
        with self.connected("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name}")
        self.topic = "counted"
        if kafka:
            world = KafkaWorld(kafka)
            self.topic = world.name
            for partition, key, value in values():
                world.append(partition, value, key, {"ce_id": value})
        self._environment = {
            "PORT": postgres["PORT"],
            "PASSWORD": postgres["PASSWORD"],
            "DATABASE": name,
            "KAFKA": kafka,
        }

    def start(self, group: str, lanes: int) -> "subprocess.Popen[bytes]":
        # Each is alone in its group, as a killed member's partitions come free only after a while.
        module = "tests.consumers.runtime.stores.counting"
        return subprocess.Popen(
            [sys.executable, "-m", module, self.topic, f"{self.topic}-{group}", str(lanes)],
            cwd=ROOT,
            env={**clean_environment(), **self._environment},
        )

    def connected(self, database: str = "") -> psycopg.Connection[Any]:
        at = self._postgres
        return psycopg.connect(
            host=at["HOST"],
            port=int(at["PORT"]),
            user=at["USER"],
            password=at["PASSWORD"],
            dbname=database or self._name,
            autocommit=True,
        )


@pytest.mark.parametrize(
    ("broker", "lanes"),
    [("memory", 4), *(pytest.param("kafka", lanes, marks=pytest.mark.stack) for lanes in (1, 4))],
)
def test_whatever_is_killed_each_effect_is_there_once_and_in_order(
    request: pytest.FixtureRequest, postgres_server: dict[str, Any], broker: str, lanes: int
) -> None:
    kafka = request.getfixturevalue("kafka_bootstrap") if broker == "kafka" else ""
    killing = Killing(postgres_server, kafka, f"counting_{broker}_{lanes}")
    whole = KEYS * EACH
    with killing.connected() as connection:
        for wanted in (30, whole // 3, whole // 2):
            process = killing.start(str(wanted), lanes)
            try:
                assert wait(_has(connection, wanted), 90)
            finally:
                process.kill()
                process.wait()
        last = killing.start("last", lanes)
        try:
            assert wait(_has(connection, whole), 90)
        finally:
            last.terminate()
            last.wait()
        rows = connection.execute("SELECT reason FROM runtime_decision ORDER BY id").fetchall()
    done = [reason for (reason,) in rows]
    for key in range(KEYS):
        assert [each for each in done if each.startswith(f"{key}.")] == [
            f"{key}.{number}" for number in range(EACH)
        ]
    assert len(done) == whole


def _has(connection: psycopg.Connection[Any], count: int) -> Callable[[], bool]:
    def has() -> bool:
        try:
            rows = connection.execute("SELECT count(*) FROM runtime_decision").fetchall()
        except psycopg.errors.UndefinedTable:
            return False
        return int(rows[0][0]) >= count

    return has
