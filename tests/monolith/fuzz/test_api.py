"""The API against its own document: whatever is sent, the answer is one that the document names.

Enters: the OpenAPI document as the site serves it; new operations are found in it by themselves.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, assume, given, settings
from pytest_django import Settings
from rest_framework.authtoken.models import Token
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi import checks

from monolith.accounts.models import User
from monolith.listings.models import Listing
from monolith.wsgi import application

pytestmark = pytest.mark.django_db

Operation = APIOperation[Any, Any, Any, Any]

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
# A look at each operation in the quick run; in earnest in the whole one.
DEPTHS = [2, pytest.param(40, marks=pytest.mark.stack)]


@pytest.fixture
def document(settings: Settings) -> Iterator[BaseSchema]:
    """Return the document as the site serves it, with a cache that counts nobody's requests."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    # A request's end would close the connection, and the test's transaction with it.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema", application)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_a_program_is_answered_as_the_document_says(
    document: BaseSchema,
    buyer: User,
    listing: Listing,
    mode: GenerationMode,
    depth: int,
    subtests: pytest.Subtests,
) -> None:
    key = Token.objects.create(user=buyer).key
    for operation in operations(document):
        with subtests.test(operation.label):
            attack(operation, mode, depth, {"Authorization": f"Token {key}"})


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_stranger_is_answered_as_the_document_says(
    document: BaseSchema, listing: Listing, depth: int, subtests: pytest.Subtests
) -> None:
    for operation in operations(document):
        with subtests.test(operation.label):
            attack(operation, GenerationMode.POSITIVE, depth, {})


def operations(document: BaseSchema) -> Iterator[Operation]:
    for found in document.get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


def attack(operation: Operation, mode: GenerationMode, depth: int, headers: dict[str, str]) -> None:
    """Send what fits the document, or what does not; undo what each request changed."""
    takes_something = operation.query or operation.path_parameters or operation.body
    if mode is GenerationMode.NEGATIVE and not takes_something:
        return

    @settings(
        max_examples=depth,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode))
    def send(case: Case[Any]) -> None:
        # As in any form, nothing typed is nothing asked for.
        assume("" not in (case.query or {}).values())
        with transaction.atomic():
            case.call_and_validate(headers=headers, checks=CHECKS)
            transaction.set_rollback(True)

    send()
