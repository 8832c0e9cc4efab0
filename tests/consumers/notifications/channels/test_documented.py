"""The channel that the document shows does what it says: its code is run as it stands there."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.test import Client

from consumers.notifications import channels
from consumers.notifications.channels import CHANNELS, PERSONAL
from consumers.notifications.deciding.planning import plan_when_known
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.models import Change, Favourite
from consumers.notifications.sending import delivery
from tests.consumers.conftest import Sign
from tests.consumers.notifications.conftest import World, outcome
from tests.consumers.notifications.site.test_views import visitor  # noqa: F401
from tests.consumers.notifications.telling import OURS

pytestmark = pytest.mark.django_db

_DOCUMENT = Path(channels.__file__).with_name("README.md")
_NUMBERS = {7: "+14195550107"}


class Provider:
    """Sends each message once, by its key; can refuse, or hang up."""

    def __init__(self) -> None:
        self.status: int | None = 200
        self.sent: dict[str, dict[str, str]] = {}

    def take(self, told: dict[str, str]) -> int | None:
        if self.status == 200:
            self.sent.setdefault(told["key"], told)
        return self.status


@contextmanager
def serving(provider: Provider) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = provider.take(told)
            if status is not None:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/messages"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Add the channel as the document says."""
    provider = Provider()
    with serving(provider) as url:
        names: dict[str, Any] = {"PROVIDER": url, "number_of": _NUMBERS.get}
        for block in re.findall(r"```python\n(.*?)```", _DOCUMENT.read_text(), re.DOTALL):
            exec(block, names)
        yield provider
    del CHANNELS["sms"], PERSONAL["sms"]


@pytest.fixture
def planned(
    provider: Provider,
    world: World,
    visitor: Client,  # noqa: F811
    sign: Sign,
) -> Notification:
    """Let somebody choose the channel on their page, and a home of theirs cost less."""
    visitor.cookies["banyan_id"] = sign(sub="u:7", bucket=1, name="Ann")
    assert "by text message" in visitor.get("/notifications/").text
    visitor.post("/notifications/", {"wanted": ["price:sms"]})
    Favourite.objects.create(
        id=7, account_id=7, listing_id=world.home.pk, since=world.change.happened_at
    )
    Change.objects.update(handled_by=OURS.text())
    plan_when_known(Change.objects.get())
    planned = Notification.objects.get()
    assert (planned.channel, planned.kind) == ("sms", "price")
    return planned


def test_who_chose_it_is_told_by_it_once(planned: Notification, provider: Provider) -> None:
    for _ in range(2):
        delivery.look(planned.pk)

    (told,) = provider.sent.values()
    assert told["to"] == _NUMBERS[7]
    assert told["text"].startswith("Brick ranch with porch: now $185,000 http")
    assert outcome(planned) == (State.SENT, "")


@pytest.mark.parametrize(
    ("status", "account", "state", "attempts"),
    [
        (400, 7, State.FAILED, 1),
        (429, 7, State.PLANNED, 0),
        (503, 7, State.PLANNED, 0),
        (None, 7, State.PLANNED, 0),
        (200, 8, State.FAILED, 1),
    ],
)
def test_what_fails_is_put_off_or_ended_as_the_document_says(
    planned: Notification,
    provider: Provider,
    status: int | None,
    account: int,
    state: State,
    attempts: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider.status = status
    if account not in _NUMBERS:
        monkeypatch.delitem(_NUMBERS, 7)

    delivery.look(planned.pk)

    row = Notification.objects.get()
    assert (row.state, row.attempts) == (state, attempts)
    assert provider.sent == {}
