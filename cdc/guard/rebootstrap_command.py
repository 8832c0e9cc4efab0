"""`manage.py cdc rebootstrap`: a new beginning on the command line, proven at its end.

Enters: connectors' short names, settings. Leaves: connectors that stream from new slots, what
they missed sent once more, and the auditor's verdict, whose exit code is the command's.
"""

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from cdc.audit import command as audit
from cdc.connect import configured
from cdc.connect.client import ConnectClient, ConnectError
from cdc.connect.connectors import OUTBOX_CONNECTOR, TABLES_CONNECTOR
from cdc.guard import slots
from cdc.guard.errors import GuardError
from cdc.guard.rebootstrap import ask_for_every_row, renew
from cdc.snapshots import command as snapshot
from cdc.snapshots.errors import SnapshotError

Say = Callable[[str], Any]

_CONNECTORS = {"outbox": OUTBOX_CONNECTOR, "tables": TABLES_CONNECTOR}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the connectors' short names and how long snapshot and audit may take."""
    # None is a choice as well; argparse would hold the empty list against the choices.
    names = ", ".join(sorted(_CONNECTORS))
    parser.add_argument(
        "connectors",
        nargs="*",
        help=f"{names}; those whose slot is lost or gone come by themselves",
    )
    parser.add_argument("--wait", type=float, default=3600, metavar="SECONDS")


def run(options: dict[str, Any], say: Say) -> None:
    """Begin anew, then re-emit what is still lost; raises ``CommandError`` with the reason."""
    names = _wanted(options["connectors"])
    if not names:
        say("No slot is lost or gone. To begin anew in spite of that, name the connector.")
        return
    _begin_anew(names, options["wait"], say)
    # Events of the gap are in no snapshot, nor are rows that were deleted in it.
    say("what the gap still hides is re-emitted:")
    audit.mend(options["wait"], say)


def _wanted(named: Sequence[str]) -> list[str]:
    if unknown := set(named) - _CONNECTORS.keys():
        raise CommandError(f"No connector: {', '.join(sorted(unknown))}.")
    declared = configured.declared()
    found = slots.take(connection, [each["slot.name"] for each in declared.values()])
    alive = {name for name, each in found.items() if not each.is_lost}
    # The audit at the end proves nothing while a slot is lost, so all of them are renewed.
    return [
        short
        for short, name in _CONNECTORS.items()
        if short in named or declared[name]["slot.name"] not in alive
    ]


def _begin_anew(names: Sequence[str], wait_s: float, say: Say) -> None:
    client = ConnectClient(settings.CONNECT_URL)
    try:
        for name in names:
            _renew(client, _CONNECTORS[name], wait_s, say)
    except (ConnectError, GuardError, SnapshotError) as error:
        again = f"manage.py cdc rebootstrap {' '.join(names)}"
        raise CommandError(f"{error}\nIt may be run again: {again}") from error
    finally:
        client.close()


def _renew(client: ConnectClient, name: str, wait_s: float, say: Say) -> None:
    config = configured.declared()[name]
    renew(client, configured.source(), name, config, say)
    if signal := ask_for_every_row(name):
        snapshot.follow(signal, wait_s, say)
    client.apply(name, config)
    client.wait_until_running(name, timeout_s=60)
