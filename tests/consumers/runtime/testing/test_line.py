"""A consumer turned by hand: its time, its versions, its second process."""

import pytest

from cdc.contracts.events import ListingRepriced
from cdc.contracts.handled_by import Stamp
from cdc.contracts.tables import LISTINGS
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.runtime.errors import MistakenConsumer
from consumers.runtime.testing.line import Line
from consumers.runtime.testing.records import Told, schema_of
from tests.consumers.runtime.ledger import Ledger
from tests.consumers.runtime.worlds import reading


@pytest.fixture
def line(ledger: Ledger) -> Line[Ledger]:
    line = Line(reading("facts", ledger.handle), ledger.opened)
    line.tell(Told("facts", b"7", b"one"), Told("facts", b"7", b"two"))
    return line


def test_a_store_that_is_away_is_waited_for_without_waiting(
    line: Line[Ledger], ledger: Ledger
) -> None:
    ledger.refusals, before = 3, line.clock()
    line.run()
    assert ledger.durable == [b"one", b"two"]
    assert line.clock() > before


def test_what_was_not_durable_is_gone_with_the_process(line: Line[Ledger], ledger: Ledger) -> None:
    ledger.refusals = 1
    line.loop.turn()
    line.crash()
    line.run()
    assert ledger.durable == [b"one", b"two"]


def test_events_have_rising_versions_and_rows_have_none() -> None:
    versions: list[int] = []
    consumer: Consumer[Ledger] = Consumer("versions")
    consumer.on(ListingRepriced)(lambda _, context: versions.append(context.version))
    consumer.on(LISTINGS)(lambda _, context: context.version)
    line = Line(consumer, Ledger().opened)

    for listing in (7, 8, 7):
        line.event(ListingRepriced(listing, 100, 90))
    line.event(ListingRepriced(8, 90, 80), version=9)
    line.row(LISTINGS, {"id": 7})
    line.settle()

    assert versions == [1, 1, 2, 9]
    (dead,) = line.all_parked()
    assert dead.error == f"{MistakenConsumer.__name__}: a row's version is among its columns"


def test_an_event_tells_its_handler_for_whom_a_service_acts() -> None:
    handled: list[bool] = []
    consumer: Consumer[Ledger] = Consumer("stamps")

    @consumer.on(ListingRepriced)
    def note(_: ListingRepriced, context: Context[Ledger]) -> None:
        assert context.envelope
        handled.append(context.envelope.handled_by.handles("price", 3))

    line = Line(consumer, Ledger().opened)
    line.event(ListingRepriced(7, 100, 90))
    line.event(ListingRepriced(7, 90, 80), stamp=Stamp.parse('{"price":{"accounts":[3]}}'))
    line.settle()

    assert handled == [False, True]


def test_only_what_is_captured_can_be_told(line: Line[Ledger]) -> None:
    with pytest.raises(ValueError, match="no captured column seller_name"):
        line.row(LISTINGS, {"seller_name": "Ann"})
    with pytest.raises(Exception, match="no schema 0"):
        schema_of(0)


def test_a_record_that_is_never_applied_is_said(ledger: Ledger) -> None:
    line = Line(reading("facts", ledger.handle), ledger.opened)
    line.tell(Told("facts", b"7", b"one"))
    ledger.refusals = 10**6

    with pytest.raises(AssertionError, match="not read out"):
        line.run()
