"""Letters as webhooks: a signed message enters, and is posted to an agency's endpoint.

Every answer but 2xx is a refusal: tried again, unless the endpoint says that it is gone for good or
leads where nobody may be sent. One that wants a pause, or that nobody is at, has the others wait as
well. Of an answer only the status and Retry-After are read, and no redirect is followed. A message
may come twice; its id tells.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import httpcore
from django.conf import settings
from django.utils import timezone

from consumers.notifications.channels import reach
from consumers.notifications.channels.pauses import pause_in
from consumers.notifications.channels.port import ChannelAway, Deliver, Letter, Refused, TooFast

_GONE, _TOO_FAST, _UNAVAILABLE = 410, 429, 503
_HEADERS = {"Content-Type": "application/json", "User-Agent": "MaumeeHomes-Webhooks/1"}


class WebhookChannel:
    # Its messages bring their own.
    needs_address = False
    disturbs = False
    is_repeatable = True

    @contextmanager
    def opened(self) -> Iterator[Deliver]:
        yield _deliver


def _deliver(letter: Letter) -> None:
    try:
        status, retry_after = _post(letter)
    except reach.NotAllowed as error:
        raise Refused(str(error), is_final=True) from error
    except (reach.NotFound, httpcore.ConnectError, httpcore.ConnectTimeout) as error:
        raise ChannelAway(f"The endpoint does not answer: {error}") from error
    except (
        *(httpcore.TimeoutException, httpcore.NetworkError),
        *(httpcore.ProtocolError, httpcore.UnsupportedProtocol),
    ) as error:
        raise Refused(f"The endpoint does not answer: {error}", is_final=False) from error
    said = f"The endpoint answered {status}."
    pause = pause_in(retry_after, timezone.now())
    if status == _TOO_FAST or (status == _UNAVAILABLE and pause is not None):
        raise TooFast(said, pause)
    if not 200 <= status < 300:
        raise Refused(said, is_final=status == _GONE)


def _post(letter: Letter) -> tuple[int, str | None]:
    config = settings.NOTIFICATIONS
    reach.check_form(letter.to, on_loopback=config.webhooks_on_loopback)
    network = reach.Network(
        config.webhook_patience.total_seconds(), on_loopback=config.webhooks_on_loopback
    )
    headers = [*_HEADERS.items(), *letter.headers.items()]
    with (
        httpcore.ConnectionPool(network_backend=network) as pool,
        pool.stream("POST", letter.to, headers=headers, content=letter.text.encode()) as answer,
    ):
        # What it says beyond that may be endless.
        return answer.status, _header(answer, b"retry-after")


def _header(answer: httpcore.Response, wanted: bytes) -> str | None:
    found = (value for name, value in answer.headers if name.lower() == wanted)
    value = next(found, None)
    return None if value is None else value.decode("ascii", errors="replace")
