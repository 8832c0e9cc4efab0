"""The typed classes and the schema files are one truth."""

import json
import subprocess
import sys
from pathlib import Path

from cdc.contracts import asyncapi, events
from cdc.contracts.generate import render
from cdc.contracts.schemas import all_schemas
from cdc.contracts.topics import TOPICS


def test_the_classes_are_what_the_schemas_say() -> None:
    assert Path(events.__file__).read_text() == render()


def test_a_class_can_be_made_while_the_site_cannot_start() -> None:
    # Nothing that could ask for a class that is still to be made.
    absent = "import sys; sys.modules.update(dict.fromkeys(['django', 'cdc.contracts.events'])); "
    made = "from cdc.contracts import generate; sys.stdout.write(generate.render())"
    run = subprocess.run([sys.executable, "-c", absent + made], capture_output=True, text=True)
    assert run.stdout == Path(events.__file__).read_text(), run.stderr


def test_the_documents_are_what_the_contracts_say() -> None:
    folder = Path(events.__file__).parent / "documents"

    assert json.loads((folder / "asyncapi.json").read_text()) == json.loads(
        json.dumps(asyncapi.document())
    )
    assert (folder / "events.md").read_text() == asyncapi.page()


def test_every_schema_has_a_class_and_every_class_a_schema() -> None:
    assert set(events.EVENTS) == set(all_schemas())


def test_every_events_topic_is_declared() -> None:
    # A record for a topic that does not exist stalls the whole connector.
    assert {schema.topic for schema in all_schemas().values()} <= {t.name for t in TOPICS}


def test_every_field_and_every_event_is_documented() -> None:
    for schema in all_schemas().values():
        assert schema.definition["doc"]
        for field in schema.definition["fields"]:
            assert field["doc"], f"{schema.event_type}.{field['name']} says nothing of itself"
