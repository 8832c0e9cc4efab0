"""Every command answers a mistake or a missing service with one line, never a traceback."""

import json
import os
import subprocess
import sys

from django.conf import settings

from consumers.runtime.found import consumer_names
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
_EXPECTED = {
    "migrate": "The database does not answer",
    "send_digests": "The database does not answer",
    "connectors apply": "Kafka Connect does not answer",
    "connectors status": "Kafka Connect does not answer",
    "contracts register": "The registry does not answer",
    "strangler migrate": "The database does not answer",
    "strangler route list": "does not answer",
    "teapot": "Unknown command: 'teapot'",
    "search teapot": "Unknown command: 'teapot'",
    "stack teapot": "invalid choice: 'teapot'",
    "bench teapot": "invalid choice: 'teapot'",
    "cdc guard": "The database does not answer",
    "cdc audit": "the database does not answer",
    "consumers status teapot": "Name the consumer",
    "topics teapot": "invalid choice: 'teapot'",
}


def test_a_missing_service_or_a_wrong_word_is_answered_in_words() -> None:
    # All at once: each of them is a process that mostly starts.
    running = {command: start(command) for command in _EXPECTED}

    for command, process in running.items():
        _, said = process.communicate(timeout=60)
        assert process.returncode != 0, command
        assert _EXPECTED[command] in said
        assert "Traceback" not in said, command


def test_the_status_of_all_consumers_is_one_json_value() -> None:
    told, _ = start("consumers status --json").communicate(timeout=60)
    assert json.loads(told).keys() == set(consumer_names())


def start(command: str) -> "subprocess.Popen[str]":
    """Run `manage.py` where none of the services is."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    # The site's own checks want to see keys before anything else is tried.
    keys = ("IDENTITY_PRIVATE_KEY_FILE", "IDENTITY_PUBLIC_KEY_FILE")
    return subprocess.Popen(
        [sys.executable, "manage.py", *command.split()],
        cwd=ROOT,
        env=kept | _NOWHERE | {name: getattr(settings, name) for name in keys},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
