"""What a handler logs names the record that it is at, and the trace goes on."""

import logging

import pytest

from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.runtime.records import Record
from consumers.runtime.routing import HandlerFailed, Router
from consumers.runtime.tracing import RecordAtHand, trace_id_of, traceparent_of
from tests.consumers.runtime.worlds import no_event

_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
_PARENT = f"00-{_TRACE}-00f067aa0ba902b7-01"


def record(offset: int, *headers: tuple[str, bytes]) -> Record:
    return Record("facts", 0, offset, b"k", b"", headers, 0.0)


def test_a_handlers_lines_name_event_correlation_and_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log, handed_on = logging.getLogger("a.handler"), list[str]()
    consumer: Consumer[None] = Consumer("tried")

    @consumer.on("facts")
    def tell(record: Record, context: Context[None]) -> None:
        handed_on.append(context.traceparent)
        log.warning("told")
        if record.offset == 2:
            raise KeyError("garage")

    router = Router(consumer, None, no_event, None)
    headers = [("ce_id", b"e-1"), ("correlationid", b"r-1"), ("traceparent", _PARENT.encode())]
    caplog.handler.addFilter(at_hand := RecordAtHand())
    router.handle([record(0, *headers), record(1)])
    with pytest.raises(HandlerFailed):
        router.handle([record(2)])
    log.warning("afterwards")
    caplog.handler.removeFilter(at_hand)

    assert [vars(line)["at_hand"] for line in caplog.records] == [
        f" topic=facts partition=0 offset=0 event_id=e-1 correlation_id=r-1 trace_id={_TRACE}",
        " topic=facts partition=0 offset=1",
        " topic=facts partition=0 offset=2",
        "",
    ]
    assert handed_on == [_PARENT, "", ""]


@pytest.mark.parametrize(
    "header",
    [
        *(None, b"", b"\xff\n", _PARENT.encode() + b"\n", _PARENT.upper().encode()),
        b"ff" + _PARENT[2:].encode(),
        _PARENT.replace(_TRACE, "0" * 32).encode(),
        _PARENT.replace("00f067aa0ba902b7", "0" * 16).encode(),
    ],
)
def test_what_is_no_traceparent_is_handed_on_to_nobody(header: bytes | None) -> None:
    assert traceparent_of(header) == trace_id_of(header) == ""
