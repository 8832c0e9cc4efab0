"""Write the typed classes of `events.py` from the schema files.

Enters: the Avro schemas. Leaves: Python source, which a test compares, so that the classes cannot
drift from the contracts. `python -m cdc.contracts.generate` saves it and imports nothing of the
site: `manage.py` cannot start while the site's code asks for a class that is still to be made.
A generator of our own because the ones at hand do not make frozen, slotted classes or keep the
field docs.
"""

from pathlib import Path
from typing import Any

from cdc.contracts.schemas import Schema, all_schemas

CLASSES = Path(__file__).with_name("events.py")

_PYTHON_TYPES = {
    "boolean": "bool",
    "int": "int",
    "long": "int",
    "float": "float",
    "double": "float",
    "string": "str",
    "bytes": "bytes",
}

_HEAD = '''\
"""Typed classes of the event contracts. Generated: edit the schema files, then run
`python -m cdc.contracts.generate`.

Enters: nothing. Leaves: what the monolith publishes and what handlers receive.
"""

from dataclasses import dataclass
from typing import ClassVar

from cdc.contracts.sealed import Sealed

'''

_BASE = '''
class DomainEvent:
    """A fact in the past tense about one aggregate."""

    __slots__ = ()
    topic: ClassVar[str]
    aggregate_type: ClassVar[str]

    @property
    def aggregate_id(self) -> str:
        """Return the id of the aggregate that changed; it is the Kafka key."""
        raise NotImplementedError
'''


def write() -> None:
    CLASSES.write_text(render())


def render() -> str:
    """Return the source of `events.py`."""
    schemas = all_schemas().values()
    classes = "\n\n".join(_render_class(schema) for schema in schemas)
    table = "".join(f'    "{s.event_type}": {s.event_type},\n' for s in schemas)
    registry = f"\n\nEVENTS: dict[str, type[DomainEvent]] = {{\n{table}}}\n"
    return f"{_HEAD}{_BASE}\n\n{classes}{registry}"


def _render_class(schema: Schema) -> str:
    fields = schema.definition["fields"]
    lines = "".join(
        f"    {field['name']}: {_field_type(field)}\n    {chr(34) * 3}{field['doc']}{chr(34) * 3}\n"
        for field in fields
    )
    return (
        f"@dataclass(frozen=True, slots=True)\nclass {schema.event_type}(DomainEvent):\n"
        f'    """{schema.definition["doc"]}"""\n\n'
        f'    topic: ClassVar[str] = "{schema.topic}"\n'
        f'    aggregate_type: ClassVar[str] = "{schema.aggregate_type}"\n\n'
        f"{lines}\n"
        "    @property\n    def aggregate_id(self) -> str:\n"
        f'        """Return `{fields[0]["name"]}` as the Kafka key."""\n'
        f"        return str(self.{fields[0]['name']})\n"
    )


def _field_type(field: dict[str, Any]) -> str:
    # Who publishes gives the text, who reads finds it sealed.
    return "str | Sealed | None" if "personal" in field else _python_type(field["type"])


def _python_type(avro: Any) -> str:
    if isinstance(avro, str):
        return _PYTHON_TYPES[avro]
    if isinstance(avro, list):
        return " | ".join("None" if part == "null" else _python_type(part) for part in avro)
    if avro["type"] == "array":
        return f"tuple[{_python_type(avro['items'])}, ...]"
    raise ValueError(f"No Python type is known for the Avro type {avro!r}.")


if __name__ == "__main__":
    write()
