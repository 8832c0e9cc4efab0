"""What every test may ask for: contracts' ids, a private PostgreSQL, the running stack."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from hypothesis import settings as search_for_examples

from tests.route import Route
from tests.running_stack import Stack

# How long an example takes says something of the machine, and nothing of the code.
search_for_examples.register_profile("patient", deadline=None)
search_for_examples.load_profile("patient")


def pytest_sessionstart() -> None:
    """Make the key pair that the tests' cookies are signed with; what is collected may want it."""
    if not Path(settings.IDENTITY_PRIVATE_KEY_FILE).exists():
        call_command("identity_keys")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Start a PostgreSQL of our own for the tests that need nothing else."""
    stack = Stack(tmp_path_factory.mktemp("postgres"))
    stack.up("--only", "postgres")
    port = json.loads((stack.home / "ports.json").read_text())["postgres"]
    yield {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "USER": "postgres",
        "PASSWORD": stack.environment()["POSTGRES_PASSWORD"],
    }
    stack.down()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: dict[str, Any]) -> None:
    """Point every side's database at it."""
    from django.db import connections

    for alias in connections:
        connections.settings[alias].update(postgres_server)
        connections[alias].settings_dict.update(postgres_server)


@pytest.fixture
def registered_contracts(db: None) -> None:
    """Give every contract an id, as `contracts register` does at a release."""
    from cdc.contracts.schemas import all_schemas
    from cdc.outbox.models import RegisteredContract

    RegisteredContract.objects.bulk_create(
        RegisteredContract(fingerprint=s.fingerprint, subject=s.subject, schema_id=number)
        for number, s in enumerate(all_schemas().values(), start=1)
    )


@pytest.fixture(autouse=True)
def _contracts_for_database_tests(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("registered_contracts")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Start the whole stack once, on free ports and in a throw-away folder."""
    running = Stack(tmp_path_factory.mktemp("stack"))
    running.up()
    yield running
    running.down()


@pytest.fixture(scope="session")
def kafka_bootstrap(stack: Stack) -> str:
    """Return the address of the stack's broker."""
    return stack.environment()["KAFKA_BOOTSTRAP"]


@pytest.fixture
def search_route(stack: Stack) -> Iterator[Route]:
    """Move the search route, and move it back to what a first start has."""
    route = Route(stack)
    yield route
    stack.manage("strangler", "gateway", "resume", "--reason", "the test is over")
    route.set("--stage", "canary", "--percent", "0", "--groups", "pilot")
