"""What the guard does by itself when a stage is reached.

Enters: a forecast. Leaves: a signal that holds a running snapshot; a slot dropped, only when
that is allowed. Both are said in words, so that the log tells who did it.
"""

from collections.abc import Iterator

from django.conf import settings

from cdc.connect import configured
from cdc.connect.client import ConnectClient
from cdc.connect.connectors import TABLES_PUBLICATION
from cdc.guard import replication
from cdc.guard.stages import STAGES, Forecast
from cdc.snapshots import signals
from cdc.snapshots.notifications import Notifications

_HOLD, _DROP = STAGES[2:]
_AT_REST = ("PAUSED", "")


def act(forecast: Forecast, *, may_drop: bool) -> Iterator[str]:
    """Do what the stage asks for; yield what was done."""
    if forecast.is_lost:
        return
    # A signal to a connector that reads nothing would only wait in the log with the rest.
    if forecast.stage in (_HOLD, _DROP) and forecast.is_active and _snapshot_runs(forecast.slot):
        signals.pause()
        yield f"{forecast.slot}: its snapshot is told to pause; --resume it later"
    if forecast.stage is _DROP and may_drop:
        _give_up(forecast.slot)
        yield f"{forecast.slot}: dropped; mend the cause, then manage.py cdc rebootstrap"


def _snapshot_runs(slot: str) -> bool:
    if slot != TABLES_PUBLICATION:
        return False
    notifications = Notifications(settings.KAFKA_BOOTSTRAP)
    try:
        told = notifications.so_far()
    finally:
        notifications.close()
    return bool(told) and not told[-1].is_over and told[-1].state not in _AT_REST


def _give_up(slot: str) -> None:
    name = next(n for n, each in configured.declared().items() if each["slot.name"] == slot)
    client = ConnectClient(settings.CONNECT_URL)
    try:
        client.stop(name)
    finally:
        client.close()
    replication.drop(configured.source(), slot)
