"""Put the event contracts into the schema registry and remember the ids it gives.

Enters: the schema files. Leaves: subjects under FULL_TRANSITIVE compatibility, and rows in
`outbox_contract` from which `publish` takes the ids, so that a write needs no registry.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from confluent_kafka.schema_registry import Schema as RegistrySchema
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.error import SchemaRegistryError

from cdc.contracts.schemas import Schema, all_schemas
from cdc.outbox.models import RegisteredContract

COMPATIBILITY = "FULL_TRANSITIVE"


class RegistryError(Exception):
    """Base of what may go wrong with the registry."""


class ContractRefused(RegistryError):
    """The registry holds a version that this contract does not fit; add fields, change none."""


class RegistryAway(RegistryError):
    """No registry answers at the configured address."""


@dataclass(frozen=True, slots=True)
class Registration:
    """The outcome for one contract."""

    subject: str
    schema_id: int


def register_all(client: SchemaRegistryClient) -> Iterator[Registration]:
    """Register every contract; raises ``RegistryError`` with the registry's reason."""
    for schema in all_schemas().values():
        yield Registration(schema.subject, _register(client, schema))


def _register(client: SchemaRegistryClient, schema: Schema) -> int:
    try:
        # The rule stands before the first version, so that no second one slips past it.
        client.set_compatibility(schema.subject, level=COMPATIBILITY)
        schema_id = client.register_schema(schema.subject, RegistrySchema(schema.text, "AVRO"))
    except SchemaRegistryError as error:
        raise ContractRefused(
            f"The registry refused {schema.subject}: {error.error_message}"
        ) from error
    except Exception as error:  # The client passes on whatever its HTTP library raises.
        raise RegistryAway(f"The registry does not answer: {error}") from error
    RegisteredContract.objects.update_or_create(
        fingerprint=schema.fingerprint,
        defaults={"subject": schema.subject, "schema_id": schema_id},
    )
    return schema_id
