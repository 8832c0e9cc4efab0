"""A mails' provider is asked about a mail, by its own interface on a local server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django import Settings

from consumers.notifications.channels.email import EmailChannel
from consumers.notifications.channels.port import ChannelAway, Fate


class Postmark:
    """Knows of some mails by their metadata, as Postmark's search of messages does."""

    def __init__(self) -> None:
        self.status = 200
        self.known: set[str] = set()
        self.tokens: set[str] = set()

    def answer(self, path: str, token: str) -> dict[str, Any]:
        self.tokens.add(token)
        asked = urlsplit(path)
        assert asked.path == "/messages/outbound"
        (number,) = parse_qs(asked.query)["metadata_notification"]
        return {"TotalCount": int(number in self.known), "Messages": []}


@contextmanager
def serving(postmark: Postmark) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = postmark.answer(self.path, self.headers["X-Postmark-Server-Token"])
            text = json.dumps(body).encode()
            self.send_response(postmark.status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def postmark(settings: Settings) -> Iterator[Postmark]:
    postmark = Postmark()
    with serving(postmark) as url:
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "token", "POSTMARK_API_URL": url}
        yield postmark


def test_it_tells_which_mails_it_took(postmark: Postmark) -> None:
    postmark.known = {"one"}
    channel = EmailChannel()

    assert channel.can_tell
    assert channel.told("one") == Fate.TAKEN
    assert channel.told("two") == Fate.NEVER_CAME
    assert postmark.tokens == {"token"}


def test_one_that_fails_tells_nothing(postmark: Postmark) -> None:
    postmark.status = 500

    with pytest.raises(ChannelAway):
        EmailChannel().told("one")


def test_other_backends_cannot_be_asked(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    assert not EmailChannel().can_tell
