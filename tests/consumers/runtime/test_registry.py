"""The schemas of the running registry."""

import json
from contextlib import closing

import pytest
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient

from consumers.runtime.errors import StoreAway, UnknownSchema
from consumers.runtime.registry import Registry
from tests.running_stack import Stack

_PROBE = {"type": "record", "name": "Probe", "namespace": "tests", "fields": []}


@pytest.mark.stack
def test_a_known_id_gives_its_schema_and_an_unknown_one_a_typed_error(stack: Stack) -> None:
    url = stack.environment()["REGISTRY_URL"]
    with SchemaRegistryClient({"url": url}) as client, closing(Registry(url)) as registry:
        known = client.register_schema("tests.Probe", Schema(json.dumps(_PROBE), "AVRO"))
        assert registry.schema(known)["name"] == "tests.Probe"
        with pytest.raises(UnknownSchema, match="no schema 987654321"):
            registry.schema(987654321)
        client.delete_subject("tests.Probe")


def test_a_registry_that_is_away_is_no_records_fault() -> None:
    with (
        closing(Registry("http://127.0.0.1:9", timeout_s=1)) as registry,
        pytest.raises(StoreAway, match="does not answer"),
    ):
        registry.schema(1)
