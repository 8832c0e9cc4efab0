"""Posts that commit, so that the mails they ask for are sent."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

Post = Callable[..., Any]


@pytest.fixture
def post(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> Post:
    """Return a post by ``client`` that commits."""

    def send(url: str, **data: str) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(url, data)

    return send
