"""The schemas that wrote the records, from the registry.

Enters: the id in front of an Avro body. Leaves: the parsed schema, kept for good, as an id's
schema never changes. A registry that is away is no record's fault: nothing is given up for it.
"""

import json
from typing import Any

import fastavro
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.error import SchemaRegistryError

from consumers.runtime.errors import StoreAway, UnknownSchema

_NOT_FOUND = 404


class Registry:
    """A registry with Confluent's API at ``url``."""

    def __init__(self, url: str, timeout_s: float = 5.0) -> None:
        # Who waits and how often is the loop's decision, not the client's.
        self._client = SchemaRegistryClient(
            {"url": url, "timeout": timeout_s, "max.retries": 0, "retries.wait.ms": 1}
        )
        self._known: dict[int, Any] = {}

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def schema(self, schema_id: int) -> Any:
        """Return the schema; raises ``UnknownSchema``, or ``StoreAway`` when nobody can tell."""
        if schema_id not in self._known:
            self._known[schema_id] = fastavro.parse_schema(json.loads(self._text(schema_id)))
        return self._known[schema_id]

    def _text(self, schema_id: int) -> str:
        try:
            return str(self._client.get_schema(schema_id).schema_str)
        except SchemaRegistryError as error:
            if error.http_status_code == _NOT_FOUND:
                raise UnknownSchema(f"The registry has no schema {schema_id}.") from error
            raise StoreAway(f"The registry gave no schema {schema_id}: {error}") from error
        except Exception as error:  # The client passes on whatever its HTTP library raises.
            raise StoreAway(f"The registry does not answer: {error}") from error
