"""What a contract may become: every version must read, and be read by, all released ones.

Enters: the schemas as they are written now, and the released versions in `released/`.
Leaves: objections in words, each with the change that would be allowed. The rule is the
registry's FULL_TRANSITIVE (Avro specification, "Schema Resolution"), asked here before a
registry refuses it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.schema import make_avsc_object

from cdc.contracts.codec import encode
from cdc.contracts.examples import example
from cdc.contracts.schemas import Schema, all_schemas

RELEASED = Path(__file__).parent / "released"

Definition = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Release:
    """One version of a contract as consumers know it; it never changes again."""

    version: int
    definition: Definition
    written: bytes


def releases(event_type: str) -> list[Release]:
    """Return the released versions of a contract, oldest first."""
    found = map(_read, (RELEASED / event_type).glob("*.avsc"))
    return sorted(found, key=lambda release: release.version)


def objections() -> Iterator[str]:
    """Yield, in words, all that keeps the contracts from being released."""
    schemas = all_schemas()
    for gone in sorted(_released_types() - set(schemas)):
        yield (
            f"{gone} was released and its schema file is gone: records of it stay in Kafka. "
            "Allowed: keep the file and publish the event no more."
        )
    for schema in schemas.values():
        for release in releases(schema.event_type):
            for text in objections_to(schema.definition, release.definition):
                yield f"{schema.event_type} against version {release.version}: {text}"


def unreleased() -> list[Schema]:
    """Return the contracts that differ from their newest release, or have none."""
    return [schema for schema in all_schemas().values() if _newest(schema) != schema.definition]


def release(schema: Schema) -> int:
    """Write a contract as its next version and return the number."""
    version = len(releases(schema.event_type)) + 1
    folder = RELEASED / schema.event_type
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(schema.definition, indent=2)
    (folder / f"{version}.avsc").write_text(f"{text}\n")
    # The bytes that this version writes, for every later one to prove that it reads them.
    written = encode(example(schema.event_type), schema_id=version)
    (folder / f"{version}.hex").write_text(f"{written.hex()}\n")
    return version


def objections_to(now: Definition, before: Definition) -> Iterator[str]:
    """Yield what keeps ``now`` from following the released version ``before``."""
    if (now["namespace"], now["name"]) != (before["namespace"], before["name"]):
        yield "its name changed. Allowed: a new event beside the old one."
        return
    new, old = _fields(now), _fields(before)
    for name in new.keys() - old.keys():
        if "default" not in new[name]:
            yield (
                f"the field {name} is new and has no default, so records written before cannot "
                "be read. Allowed: the same field with a default."
            )
    for name in old.keys() - new.keys():
        if "default" not in old[name]:
            yield (
                f"the field {name} is gone, and consumers of that version cannot do without it. "
                "Allowed: keep it, or a new event beside the old one."
            )
    for name in new.keys() & old.keys():
        yield from _type_objections(name, new[name]["type"], old[name]["type"])


def _read(path: Path) -> Release:
    written = bytes.fromhex(path.with_suffix(".hex").read_text())
    return Release(int(path.stem), json.loads(path.read_text()), written)


def _newest(schema: Schema) -> Definition | None:
    known = releases(schema.event_type)
    return known[-1].definition if known else None


def _released_types() -> set[str]:
    return {path.name for path in RELEASED.iterdir() if path.is_dir()}


def _fields(definition: Definition) -> dict[str, Definition]:
    return {field["name"]: field for field in definition["fields"]}


def _type_objections(name: str, now: Any, before: Any) -> Iterator[str]:
    if not (_can_read(now, before) and _can_read(before, now)):
        yield (
            f"the field {name} changed from {json.dumps(before)} to {json.dumps(now)}. "
            "Allowed: a further field of the new type, with a default, beside the old one."
        )


def _can_read(reader: Any, writer: Any) -> bool:
    checker = ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]
    found = checker.get_compatibility(make_avsc_object(reader), make_avsc_object(writer))
    return found.compatibility is SchemaCompatibilityType.compatible
