"""Every command answers a mistake or a missing service with one line, never a traceback."""

import os
import subprocess
import sys

import pytest

from stack.environment import ROOT

_NOWHERE = {
    "BANYAN_HOME": "/nowhere",
    "DEBUG": "true",
    "SITE_HTTPS": "false",
    "MONOLITH_DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:9/nothing",
    "STRANGLER_DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:9/nothing",
    "KAFKA_BOOTSTRAP": "127.0.0.1:9",
    "REGISTRY_URL": "http://127.0.0.1:9/apis/ccompat/v7",
    "CONNECT_URL": "http://127.0.0.1:9",
}


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("migrate", "The database does not answer"),
        ("connectors apply", "The database does not answer"),
        ("connectors status", "Kafka Connect does not answer"),
        ("contracts register", "The registry does not answer"),
        ("strangler migrate", "The database does not answer"),
        ("strangler route list", "does not answer"),
        ("teapot", "Unknown command: 'teapot'"),
        ("search teapot", "Unknown command: 'teapot'"),
        ("stack teapot", "invalid choice: 'teapot'"),
        ("bench teapot", "invalid choice: 'teapot'"),
        ("topics teapot", "invalid choice: 'teapot'"),
    ],
)
def test_a_missing_service_or_a_wrong_word_is_answered_in_words(command: str, reason: str) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", *command.split()],
        cwd=ROOT,
        env=kept | _NOWHERE | identity_keys(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def identity_keys() -> dict[str, str]:
    """Return where this test run keeps its keys; the site's checks want to see them."""
    from django.conf import settings

    names = ("IDENTITY_PRIVATE_KEY_FILE", "IDENTITY_PUBLIC_KEY_FILE")
    return {name: getattr(settings, name) for name in names}
