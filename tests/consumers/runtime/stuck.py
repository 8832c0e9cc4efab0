"""Settings of a consumer that never comes back, run as a process of its own.

It is the handler that hangs, or with `TRIED_HANGS=loop` the store that the loop itself asks. With
`TRIED_HANGS=long` the handler comes back when the file `go_on` beside the database is there.
"""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.consumer import Consumer
from consumers.runtime.records import Partition
from stack.readiness import wait
from tests.consumers.runtime.ledger import Ledger

log = logging.getLogger(__name__)

_HANGS = os.environ["TRIED_HANGS"]
_GO_ON = Path(os.environ["TRIED_DATABASE"]).with_name("go_on")
SECRET_KEY = "insecure-of-a-test"  # noqa: S105
INSTALLED_APPS = ["consumers.runtime"]
USE_TZ = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["TRIED_DATABASE"]}
}
CONSUMER = f"{__name__}.consumer"
CONSUMER_READ_MODEL = f"{__name__}.opened"
CONSUMER_HEALTH_PORT = int(os.environ["TRIED_PORT"])
CONSUMER_CONFIG = ConsumerConfig(
    *("tried", os.environ["TRIED_TOPIC"], os.environ["KAFKA_BOOTSTRAP"]),
    keep_alive_seconds=0.1,
    stuck_seconds=60.0 if _HANGS == "long" else 1.0,
    drain_seconds=30.0 if _HANGS == "long" else 2.0,
)
REGISTRY_URL = "http://127.0.0.1:1"

consumer: Consumer[Ledger] = Consumer("tried")
consumer.forgets(lambda person, context: 0)


@consumer.on(os.environ["TRIED_TOPIC"])
def never_come_back(record: Any, context: Any) -> None:
    if _HANGS != "long":
        Event().wait()
    log.info("begun")
    assert wait(_GO_ON.exists, 60)
    log.info("handled")


class Hanging(Ledger):
    """A read model that never says where it is."""

    def resume_from(self) -> Mapping[Partition, int]:
        Event().wait()
        return {}


@contextmanager
def opened() -> Iterator[Ledger]:
    yield Hanging() if _HANGS == "loop" else Ledger()
