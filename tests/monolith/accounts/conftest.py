"""Posts that commit, so that the mails they ask for are sent, and nobody counted yet."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

Post = Callable[..., Any]


@pytest.fixture(autouse=True)
def nobody_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def post(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> Post:
    """Return a post by ``client`` that commits."""

    def send(url: str, **data: str) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(url, data)

    return send
