"""Every address lets in whom the table says, and sends away the rest; a new one needs its row."""

import logging
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from tests.monolith.addresses import Address, walk
from tests.monolith.permissions import ROWS, path_of
from tests.monolith.world import ROLES, World

# The quick run asks every fifth question; five has no factor of the roles, so all have a turn.
EVERY = [5, pytest.param(1, marks=pytest.mark.stack)]


@pytest.fixture(autouse=True)
def _refusals_are_no_news(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.CRITICAL, "django.request"):
        yield


def test_every_address_has_a_row_and_a_name_of_its_own() -> None:
    ordered = [address.name for address in addresses()]
    names = set(ordered)
    twice = sorted(name for name in names if ordered.count(name) > 1)
    assert not twice, f"A link by one of these names may lead to either: {', '.join(twice)}"
    missing, gone = sorted(names - ROWS.keys()), sorted(ROWS.keys() - names)
    assert not missing, f"Say in permissions.py who may get and post: {', '.join(missing)}"
    assert not gone, f"Remove from permissions.py what the site has no longer: {', '.join(gone)}"


@pytest.mark.django_db
@pytest.mark.parametrize("every", EVERY)
def test_each_role_is_let_in_or_turned_away_as_the_table_says(world: World, every: int) -> None:
    surprises = [
        f"{role}: {method} {path} was {found}, and should be {expected}"
        for role, method, path, expected in islice(questions(world), None, None, every)
        if (found := verdict(world.ask(role, method, path))) != expected
    ]
    assert not surprises, "\n".join(surprises)


@pytest.mark.django_db
def test_the_admin_is_for_staff(world: World) -> None:
    paths = [a.path(lambda kind, name: "1") for a in walk() if a.route.startswith("admin/")]
    lists = [path for path in paths if path.endswith("/add/") or path.count("/") == 4]
    assert len(lists) > 10
    for role in ("stranger", "user", "owner", "chief"):
        assert {verdict(world.ask(role, "GET", path)) for path in lists} == {"login"}, role


def questions(world: World) -> Iterator[tuple[str, str, str, str]]:
    for address in addresses():
        path = path_of(address, world)
        for method, row in zip(("GET", "POST"), ROWS[address.name], strict=True):
            for role, expected in zip(ROLES, row.split(), strict=True):
                yield role, method, path, expected


def verdict(answer: Any) -> str:
    if answer.status_code == 401 or "/login/?next=" in answer.headers.get("Location", ""):
        return "login"
    refusals = (403, 404, 405, 410, 500)
    return str(answer.status_code) if answer.status_code in refusals else "in"


def addresses() -> Iterator[Address]:
    return (found for found in walk() if not found.route.startswith("admin/"))
