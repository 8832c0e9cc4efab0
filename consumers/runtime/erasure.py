"""Answer the request to forget a person: every consumer says what it removed.

Enters: the record of a deleted account. Leaves: after the consumer's own data of the person is
gone, a receipt in `erasure.receipts` that `manage.py erase` prints. A repeated request is
answered again, which changes nothing.
"""

import json
import logging
import uuid
from datetime import UTC, datetime
from typing import Any

from cdc.contracts.topics import ERASURE_RECEIPTS
from consumers.runtime.brokers.port import Broker, Headers
from consumers.runtime.consumer import Erase
from consumers.runtime.context import Context
from consumers.runtime.errors import PoisonRecord
from consumers.runtime.records import Record

log = logging.getLogger(__name__)


def answer(
    consumer: str, erase: Erase, broker: Broker, record: Record, context: Context[Any]
) -> None:
    """Erase the person that ``record`` names and send the receipt.

    Raises ``RetryLater`` when the receipt could not be sent, ``PoisonRecord`` as ``person_of``.
    """
    person = person_of(record)
    removed = erase(person, context)
    receipt = {"person": person, "consumer": consumer, "removed": removed}
    broker.send(
        ERASURE_RECEIPTS, record.key, json.dumps(receipt).encode(), _headers(record, consumer)
    )
    log.info("erased person=%s removed=%s", person, removed)


def person_of(record: Record) -> str:
    """Name whom a request is about. Raises ``PoisonRecord`` for one that names nobody."""
    if not record.key:
        raise PoisonRecord("A request to erase a person names nobody: the record has no key.")
    return record.key.decode()


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
