"""`manage.py cdc guard` and `cdc rebootstrap`: the guard's words on the command line.

Enters: options and settings. Leaves: one line a slot, figures for a collector, and the exit
code of the last look: 0 calm, 1 a warning, 2 somebody has to act.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import OperationalError, connection

from cdc.connect import configured
from cdc.connect.client import ConnectClient, ConnectError
from cdc.connect.connectors import OUTBOX_CONNECTOR, TABLES_CONNECTOR
from cdc.guard import metrics, slots
from cdc.guard.actions import act
from cdc.guard.errors import GuardError
from cdc.guard.rebootstrap import ask_for_every_row, renew
from cdc.guard.stages import STAGES, Forecast, forecast
from cdc.snapshots import command as snapshot
from cdc.snapshots.errors import SnapshotError

Say = Callable[[str], Any]

_CONNECTORS = {"outbox": OUTBOX_CONNECTOR, "tables": TABLES_CONNECTOR}
_BETWEEN_SAMPLES_S = 5.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the guard's options."""
    how_often = parser.add_mutually_exclusive_group()
    how_often.add_argument("--once", action="store_true", help="look once, which is the default")
    how_often.add_argument("--every", type=float, default=0, metavar="SECONDS")
    parser.add_argument("--may-drop", action="store_true", help="drop a slot before it is lost")
    parser.add_argument("--metrics-file", type=Path, help="write figures of each look there")


def add_rebootstrap_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the connector's short name and how long its snapshot may take."""
    parser.add_argument("connector", choices=sorted(_CONNECTORS))
    parser.add_argument("--wait", type=float, default=3600, metavar="SECONDS")


def run(options: dict[str, Any], say: Say) -> None:
    """Look once, or for ever with ``--every``; raises ``CommandError`` with the exit code."""
    names = [config["slot.name"] for config in configured.declared().values()]
    try:
        before = slots.take(connection, names)
        while True:
            time.sleep(options["every"] or _BETWEEN_SAMPLES_S)
            now = slots.take(connection, names)
            found = _look(before, now)
            _answer(found, options, say)
            if not options["every"]:
                break
            before = now
    except OperationalError as error:
        told = str(error).splitlines()[0]
        raise CommandError(f"The database does not answer: {told}", returncode=2) from error
    except (GuardError, ConnectError, SnapshotError) as error:
        raise CommandError(str(error), returncode=2) from error
    _judge(found, set(names) - now.keys())


def _look(before: dict[str, slots.Sample], now: dict[str, slots.Sample]) -> list[Forecast]:
    budget = slots.budget(connection, settings.CAPTURE_WAL_BUDGET)
    return [forecast(before.get(name, sample), sample, budget) for name, sample in now.items()]


def _answer(found: list[Forecast], options: dict[str, Any], say: Say) -> None:
    for each in found:
        say(str(each))
        for done in act(each, may_drop=options["may_drop"]):
            say(done)
    if options["metrics_file"]:
        metrics.write(options["metrics_file"], found)


def _judge(found: list[Forecast], missing: set[str]) -> None:
    if missing:
        raise CommandError(f"No slot: {', '.join(sorted(missing))}.", returncode=2)
    stages = {each.stage for each in found}
    if stages & set(STAGES[1:]):
        raise CommandError("A slot needs somebody now.", returncode=2)
    if STAGES[0] in stages:
        raise CommandError("A slot holds back much of the log.", returncode=1)


def rebootstrap(options: dict[str, Any], say: Say) -> None:
    """Give a connector a new slot and read again what it may have missed."""
    name = _CONNECTORS[options["connector"]]
    config = configured.declared()[name]
    client = ConnectClient(settings.CONNECT_URL)
    try:
        renew(client, configured.source(), name, config, say)
        if signal := ask_for_every_row(name):
            snapshot.follow(signal, options["wait"], say)
        client.apply(name, config)
        client.wait_until_running(name, timeout_s=60)
    except (ConnectError, GuardError, SnapshotError) as error:
        raise CommandError(f"{error}\nIt may be run again.") from error
    finally:
        client.close()
    say("Deleted rows and events of the gap are left: manage.py cdc audit --repair")
