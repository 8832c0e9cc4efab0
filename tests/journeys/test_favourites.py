"""Somebody keeps a home: the extracted search counts it; a rebuild agrees."""

import json
from pathlib import Path
from typing import Any

import pytest

from cdc.contracts.topics import FAVOURITE_ROWS
from consumers.search.index.tantivy.reader import TantivyReader
from stack.visitor import Visitor
from tests.running_stack import Stack

pytestmark = pytest.mark.stack


def test_a_favourite_comes_and_goes_and_a_rebuild_counts_the_same(
    stack: Stack, agent: Visitor
) -> None:
    home = agent.own_listings()[0]
    before = number_of(stack, home)
    token = {"X-CSRFToken": agent.http.cookies["csrftoken"]}

    added = agent.http.post("/api/v1/favourites", json={"listing": home}, headers=token)
    assert added.status_code == 201, added.text
    stack.wait_until(lambda: number_of(stack, home) == before + 1)

    stack.manage("consumers", "rebuild", "search")
    assert number_of(stack, home) == before + 1
    assert not findings(stack)

    removed = agent.http.delete(f"/api/v1/favourites/{home}", headers=token)
    assert removed.status_code == 204, removed.text
    stack.wait_until(lambda: number_of(stack, home) == before)


def number_of(stack: Stack, home: int) -> int:
    root = Path(stack.environment()["SEARCH_INDEX_DIR"])
    row = TantivyReader(root).view().row(home)
    assert row is not None
    number: int = row["favourites"]
    return number


def findings(stack: Stack) -> list[dict[str, Any]]:
    """Return what the auditor finds about favourites; other tests leave odd records elsewhere."""
    verdict = json.loads(stack.try_manage("cdc", "audit", "--json").stdout.splitlines()[-1])
    told = [*verdict["lost"], *verdict["doubled"], *verdict["unreadable"]]
    return [each for each in told if each["topic"] == FAVOURITE_ROWS]
