"""The golden example of everything that can be on a consumer's topics, for its every handler."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from cdc.contracts.events import EVENTS
from cdc.contracts.examples import example, row_example
from cdc.contracts.tables import CAPTURED, CapturedTable
from consumers.runtime.consumer import Consumer
from consumers.runtime.testing.line import Line
from consumers.runtime.testing.playing import Deed
from consumers.runtime.testing.records import Op


def golden(consumer: Consumer[Any]) -> Iterator[Deed]:
    """Give each event of its topics, whether it has a handler or not, and a row's whole life."""
    for name, kind in EVENTS.items():
        if kind.topic in consumer.topics:
            yield partial(Line.event, event=example(name))
    for table in CAPTURED:
        if table.topic in consumer.topics:
            yield from _life(table)


def _life(table: CapturedTable) -> Iterator[Deed]:
    # Read by the snapshot, changed, and deleted; then another is made.
    row = row_example(table)
    key = table.columns[0]
    told: list[tuple[Op, str, dict[str, Any]]] = [
        ("r", "last", row),
        ("u", "", row),
        ("d", "", row),
        ("c", "", row | {key: row[key] + 1}),
    ]
    for op, snapshot, columns in told:
        yield partial(Line.row, table=table, columns=columns, op=op, snapshot=snapshot)
