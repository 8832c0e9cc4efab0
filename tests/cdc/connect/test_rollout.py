"""Applying connectors: what differs is shown without secrets, and what is wrong changes nothing."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from cdc.connect import rollout
from cdc.connect.client import ConfigurationRefused, ConnectClient
from cdc.connect.connectors import TABLES_CONNECTOR, Config
from tests.running_stack import Stack

CONFIG = {"connector.class": "C", "database.password": "right", "poll.interval.ms": "20"}


def test_a_difference_tells_both_values_and_no_secret() -> None:
    running = {"connector.class": "C", "database.password": "wrong", "extra": "1"}

    told = "\n".join(map(str, rollout.differences("tables", running, CONFIG)))

    assert told.splitlines() == [
        "tables: database.password: ******** -> ********",
        "tables: extra: 1 -> (not set)",
        "tables: poll.interval.ms: (not set) -> 20",
    ]
    assert rollout.differences("tables", CONFIG, CONFIG) == []


@pytest.fixture
def client(stack: Stack) -> Iterator[ConnectClient]:
    """Give the stack's own Connect."""
    with closing(ConnectClient(stack.url("connect", ""))) as opened:
        yield opened


@pytest.mark.stack
def test_one_wrong_setting_is_told_by_name_and_nothing_is_applied(client: ConnectClient) -> None:
    running: Config = client.configuration(TABLES_CONNECTOR)
    wrong = running | {"snapshot.mode": "sometimes", "max.batch.size": "many"}
    good = running | {"poll.interval.ms": "21"}

    with pytest.raises(ConfigurationRefused) as refused:
        rollout.validate(client, {"good": good, TABLES_CONNECTOR: wrong})

    assert "snapshot.mode: " in str(refused.value)
    assert "max.batch.size: " in str(refused.value)
    assert client.configuration(TABLES_CONNECTOR) == running


@pytest.mark.stack
def test_a_connector_rests_and_goes_on_as_declared(stack: Stack, client: ConnectClient) -> None:
    assert "All connectors run as declared" in stack.manage("connectors", "plan")
    stack.manage("connectors", "pause", TABLES_CONNECTOR)
    assert client.status(TABLES_CONNECTOR).state == "PAUSED"
    assert "banyan-outbox: RUNNING" in stack.try_manage("connectors", "status").stdout
    stack.manage("connectors", "resume", TABLES_CONNECTOR)
    stack.manage("connectors", "restart")

    drifted = client.configuration(TABLES_CONNECTOR) | {"poll.interval.ms": "30"}
    client.apply(TABLES_CONNECTOR, drifted)
    planned = stack.try_manage("connectors", "plan")
    assert planned.returncode == 1
    assert "banyan-tables: poll.interval.ms: 30 -> 10" in planned.stdout
    assert "banyan-tables: applied, running" in stack.manage("connectors", "apply")
