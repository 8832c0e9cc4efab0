"""Every test that asks for a `world` runs in memory, and on Kafka when the stack is there."""

import pytest

from tests.consumers.runtime.ledger import Ledger
from tests.consumers.runtime.worlds import KafkaWorld, MemoryWorld, World


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.stack)])
def world(request: pytest.FixtureRequest) -> World:
    if request.param == "memory":
        return MemoryWorld()
    return KafkaWorld(request.getfixturevalue("kafka_bootstrap"))


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()
