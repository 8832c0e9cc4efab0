"""Answer the request to forget a person: every consumer says what it removed.

Enters: account events. Leaves: for each deleted account, after the consumer's own data of the
person is gone, a receipt in `erasure.receipts` that `manage.py erase` prints. A repeated
request is answered again, which changes nothing.
"""

import json
import logging
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from cdc.contracts.topics import ACCOUNT_EVENTS, ERASURE_RECEIPTS
from consumers.runtime.brokers.port import Broker, Headers
from consumers.runtime.errors import PoisonRecord
from consumers.runtime.projection import Handler
from consumers.runtime.records import Record

log = logging.getLogger(__name__)

Erase = Callable[[str], int]
"""Remove what is held of the person with this id; return how many rows or documents went."""


def answering(handler: Handler, consumer: str, erase: Erase, broker: Broker) -> Handler:
    """Give a handler that keeps account events to itself and hands on every other record.

    Raises ``RetryLater`` when the receipt could not be sent, ``PoisonRecord`` for a request
    that names nobody.
    """

    def handle(record: Record) -> None:
        if record.topic != ACCOUNT_EVENTS:
            handler(record)
        elif dict(record.headers).get("ce_type") == b"AccountDeleted":
            _answer(record, consumer, erase, broker)

    return handle


def _answer(record: Record, consumer: str, erase: Erase, broker: Broker) -> None:
    if not record.key:
        raise PoisonRecord("A request to erase a person names nobody: the record has no key.")
    person = record.key.decode()
    removed = erase(person)
    receipt = {"person": person, "consumer": consumer, "removed": removed}
    broker.send(
        ERASURE_RECEIPTS, record.key, json.dumps(receipt).encode(), _headers(record, consumer)
    )
    log.info("erased person=%s removed=%s", person, removed)


def _headers(record: Record, consumer: str) -> Headers:
    request = dict(record.headers).get("ce_id")
    told = {
        "ce_id": str(uuid.uuid4()),
        "ce_specversion": "1.0",
        "ce_source": f"/{consumer}",
        "ce_type": "PersonErased",
        "ce_time": datetime.now(UTC).isoformat(),
        "content-type": "application/json",
    }
    return (*((name, text.encode()) for name, text in told.items()), ("causationid", request))
