"""What `counted` reacts to: everything on its topic becomes a row."""

from typing import Any

from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.runtime.models import Decision
from consumers.runtime.records import Record
from consumers.runtime.settings import setting

counted: Consumer[None] = Consumer("counted")


@counted.on(setting("COUNTED_TOPIC"))
def count(record: Record, context: Context[Any]) -> None:
    """Write it down."""
    Decision.objects.create(
        consumer="counted",
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        verb="did",
        reason=(record.value or b"").decode(),
    )


@counted.forgets
def nobody(person: str, context: Context[Any]) -> int:
    """Forget a person: nothing here is about one."""
    return 0
