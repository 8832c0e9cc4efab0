"""`manage.py cdc snapshot`: ask for a snapshot amid the stream, follow it, hold or end it.

Enters: options and settings. Leaves: signals, and lines of progress on standard output.
"""

import argparse
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from cdc.snapshots import signals
from cdc.snapshots.errors import SnapshotError
from cdc.snapshots.notifications import Notifications

Say = Callable[[str], Any]

_ORDERS = {"stop": signals.stop, "pause": signals.pause, "resume": signals.resume}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the snapshot's options."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("table", nargs="?", help="a captured table, or the app that has one")
    what.add_argument("--status", action="store_true", help="how far the newest has come")
    for order in _ORDERS:
        what.add_argument(f"--{order}", action="store_true", help=f"{order} the running one")
    parser.add_argument("--where", default="", metavar="SQL", help="only rows that meet this")
    parser.add_argument(
        "--wait",
        type=float,
        nargs="?",
        const=3600,
        default=0,
        metavar="SECONDS",
        help="follow it to its end; it goes on without you, and --status tells the rest",
    )


def run(options: dict[str, Any], say: Say) -> None:
    """Do what the options ask; raises ``CommandError`` with the reason."""
    try:
        _run(options, say)
    except SnapshotError as error:
        raise CommandError(str(error)) from error


def _run(options: dict[str, Any], say: Say) -> None:
    if options["status"]:
        _tell_newest(say)
    elif order := next((name for name in _ORDERS if options[name]), None):
        _ORDERS[order]()
        say(f"{order}: told")
    else:
        _snapshot(options, say)


def _snapshot(options: dict[str, Any], say: Say) -> None:
    table = signals.table_named(options["table"])
    signal = signals.start([table], options["where"])
    say(f"{signal}: a snapshot of {table.name} is asked for")
    if options["wait"]:
        follow(signal, options["wait"], say)


def follow(signal: str, timeout_s: float, say: Say) -> None:
    """Print a snapshot's progress to its end; raises ``CommandError`` unless it is complete."""
    notifications = Notifications(settings.KAFKA_BOOTSTRAP)
    try:
        for progress in notifications.follow(signal, timeout_s):
            say(str(progress))
    finally:
        notifications.close()
    if progress.state != "COMPLETED":
        raise CommandError(f"The snapshot {signal} ended as {progress.state.lower()}.")


def _tell_newest(say: Say) -> None:
    notifications = Notifications(settings.KAFKA_BOOTSTRAP)
    try:
        told = notifications.so_far()
    finally:
        notifications.close()
    say(f"{told[-1].id}: {told[-1]}" if told else "No snapshot was asked for yet.")
