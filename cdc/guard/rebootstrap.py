"""Begin anew after a slot was lost, so that nothing stays missed.

Enters: a connector whose slot is lost or given up. Leaves: a connector that streams from a
new slot, and, for tables, a snapshot amid that stream of every row. The slot comes first: what
is changed while the snapshot runs is in the log. Rows deleted in between are in neither, and
events of the outbox are in no snapshot: the command ends with an audit that re-emits both.
"""

from collections.abc import Callable
from typing import Any

from cdc.connect.client import ConnectClient
from cdc.connect.connectors import TABLES_CONNECTOR, Config, Source
from cdc.contracts.tables import CAPTURED
from cdc.guard import replication
from cdc.snapshots import signals

Say = Callable[[str], Any]

_WAIT_S = 60


def renew(client: ConnectClient, source: Source, name: str, declared: Config, say: Say) -> None:
    """Give the connector a new slot and let it stream from there; may be run again."""
    client.stop(name)
    client.wait_until(name, "STOPPED", _WAIT_S)
    client.forget_offsets(name)
    slot = declared["slot.name"]
    replication.drop(source, slot)
    say(f"{name}: stopped, offsets and slot are gone")
    # Else it would read every table before it streams, and keep changes waiting.
    client.apply(name, declared | {"snapshot.mode": "no_data"})
    client.resume(name)
    client.wait_until_running(name, _WAIT_S)
    replication.wait_until_read(source, slot)
    say(f"{name}: streams from a new slot")


def ask_for_every_row(name: str) -> str | None:
    """Ask for a snapshot of all captured tables; return its id, None for the outbox."""
    return signals.start(CAPTURED) if name == TABLES_CONNECTOR else None
