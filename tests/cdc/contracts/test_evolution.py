"""A contract may only become what every released version can live with."""

import copy
from typing import Any

import fastavro
import pytest

from cdc.contracts.codec import decode
from cdc.contracts.evolution import objections, objections_to, releases, unreleased
from cdc.contracts.examples import example
from cdc.contracts.schemas import all_schemas

BEFORE: dict[str, Any] = {
    "type": "record",
    "name": "HomePainted",
    "namespace": "home",
    "fields": [
        {"name": "home_id", "type": "long"},
        {"name": "colour", "type": "string"},
        {"name": "coats", "type": "int", "default": 1},
    ],
}


def changed(*, without: str = "", **fields: Any) -> dict[str, Any]:
    """Return the contract with one field less, or with other or further fields."""
    after = copy.deepcopy(BEFORE)
    after["fields"] = [f for f in after["fields"] if f["name"] not in (without, *fields)]
    after["fields"] += [{"name": name, **rest} for name, rest in fields.items()]
    return after


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,
        changed(painter={"type": "string", "default": ""}),
        changed(painter={"type": ["null", "string"], "default": None}),
        changed(without="coats"),
        changed(colour={"type": "string", "doc": "now with a meaning"}),
    ],
    ids=["the same", "a default", "an optional field", "less of what had a default", "a doc"],
)
def test_what_all_can_live_with_is_allowed(after: dict[str, Any]) -> None:
    assert list(objections_to(after, BEFORE)) == []


@pytest.mark.parametrize(
    ("after", "reason", "way_out"),
    [
        (changed(painter={"type": "string"}), "painter is new", "with a default"),
        (changed(without="colour"), "colour is gone", "keep it"),
        (changed(coats={"type": "string", "default": "1"}), "coats changed", "beside the old one"),
        (changed(colour={"type": ["null", "string"]}), "colour changed", "beside the old one"),
        (changed(coats={"type": "long", "default": 1}), "coats changed", "beside the old one"),
        ({**BEFORE, "name": "HomeTinted"}, "name changed", "a new event"),
    ],
)
def test_a_refusal_says_why_and_what_would_be_allowed(
    after: dict[str, Any], reason: str, way_out: str
) -> None:
    (text,) = objections_to(after, BEFORE)

    assert reason in text
    assert "Allowed: " in text
    assert way_out in text


def test_the_contracts_as_they_stand_fit_all_their_releases() -> None:
    assert list(objections()) == []
    assert unreleased() == [], "run `manage.py contracts release`"


@pytest.mark.parametrize("event_type", sorted(all_schemas()))
def test_what_any_release_wrote_is_read_today(event_type: str) -> None:
    known = releases(event_type)
    assert known

    for release in known:
        writer = fastavro.parse_schema(release.definition)
        told = decode(event_type, release.written, writer_schema=writer)
        if release is known[-1]:
            assert told == example(event_type)
