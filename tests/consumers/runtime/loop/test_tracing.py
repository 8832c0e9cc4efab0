"""What a handler logs names the record that it is at, and the trace goes on."""

import logging
from logging.config import DictConfigurator
from typing import Any

import pytest

from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.runtime.defaults import LOGGING
from consumers.runtime.loop.routing import HandlerFailed, Router
from consumers.runtime.loop.tracing import RecordAtHand, now_handling, trace_id_of, traceparent_of
from consumers.runtime.records import Record
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


def test_a_line_says_it_by_the_settings_of_every_consumer() -> None:
    assert written("told").endswith("INFO a.handler told")
    now_handling("partition=0")
    try:
        assert written("told").endswith("INFO a.handler told partition=0")
    finally:
        now_handling(None)


def written(text: str) -> str:
    """Return a line as the handler of the settings writes it."""
    settings: dict[str, Any] = LOGGING
    reader, handler = DictConfigurator(settings), settings["handlers"]["stdout"]
    line = logging.LogRecord("a.handler", logging.INFO, "", 0, text, None, None)
    for name in handler["filters"]:
        assert reader.configure_filter(dict(settings["filters"][name])).filter(line)
    formatter = reader.configure_formatter(settings["formatters"][handler["formatter"]])
    return str(formatter.format(line))


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
