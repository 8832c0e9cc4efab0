"""The Avro schema files, which are the one truth about every event's payload.

Enters: the `.avsc` files beside this module. Leaves: parsed schemas by event type,
for the codec, the registry and the generated classes in `events.py`.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import fastavro
from fastavro.schema import to_parsing_canonical_form

FOLDER = Path(__file__).parent / "schemas"


@dataclass(frozen=True, slots=True)
class Schema:
    """One event contract as it is written in its file."""

    event_type: str
    definition: dict[str, Any]
    text: str
    parsed: Any
    # The personal fields, each with the field that holds the person's id.
    personal: dict[str, str]

    @property
    def subject(self) -> str:
        """Return the registry's subject: the record's full name, as several share a topic."""
        return f"{self.definition['namespace']}.{self.event_type}"

    @property
    def topic(self) -> str:
        """Return the topic of the business domain, or the own one of a fact told loosely."""
        return str(self.definition.get("topic", f"{self.definition['namespace']}.events"))

    @property
    def is_loose(self) -> bool:
        """Whether it goes past the outbox, may be lost and has no order: see `cdc.facts`."""
        return "topic" in self.definition

    @property
    def aggregate_type(self) -> str:
        """Return what the event is about: the attribute ``aggregate``, else the namespace."""
        return str(self.definition.get("aggregate", self.definition["namespace"]))

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the schema's parsing canonical form (Avro specification)."""
        canonical = to_parsing_canonical_form(self.parsed)
        return hashlib.sha256(canonical.encode()).hexdigest()


@cache
def all_schemas() -> dict[str, Schema]:
    """Return every event contract by its event type, in alphabetical order."""
    return {schema.event_type: schema for schema in map(_read, sorted(FOLDER.glob("*.avsc")))}


def _read(path: Path) -> Schema:
    definition = json.loads(path.read_text())
    return Schema(
        event_type=definition["name"],
        definition=definition,
        text=json.dumps(definition),
        parsed=fastavro.parse_schema(definition),
        personal={f["name"]: f["personal"] for f in definition["fields"] if "personal" in f},
    )
