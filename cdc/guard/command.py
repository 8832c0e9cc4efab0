"""`manage.py cdc guard`: the guard's words on the command line.

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
from cdc.connect.client import ConnectError
from cdc.guard import metrics, slots
from cdc.guard.actions import act
from cdc.guard.errors import GuardError
from cdc.guard.stages import STAGES, Forecast, forecast
from cdc.snapshots.errors import SnapshotError

Say = Callable[[str], Any]

_BETWEEN_SAMPLES_S = 5.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the guard's options."""
    how_often = parser.add_mutually_exclusive_group()
    how_often.add_argument("--once", action="store_true", help="look once, which is the default")
    how_often.add_argument("--every", type=float, default=0, metavar="SECONDS")
    parser.add_argument("--may-drop", action="store_true", help="drop a slot before it is lost")
    parser.add_argument("--metrics-file", type=Path, help="write figures of each look there")


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
