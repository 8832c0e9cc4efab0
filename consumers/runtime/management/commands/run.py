"""`manage.py consumers run NAME [--processes N]`: consume until told to stop."""

import sys
from argparse import SUPPRESS, ArgumentParser
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consumers.runtime.assembly import subscribed
from consumers.runtime.brokers.ends import ends_of
from consumers.runtime.declared import Declared, declared
from consumers.runtime.errors import ConsumerError, UnclearChoice
from consumers.runtime.processes import Processes, drain_without_parent
from consumers.runtime.run import run_consumer
from consumers.runtime.settings import setting

_MOST = 64


class Command(BaseCommand):
    """Run in the foreground; SIGTERM drains and ends with 0."""

    help = "Apply what the topics tell until SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--processes", type=int, default=1, metavar="N", help="so many share the partitions"
        )
        # Which of them this is; said by the parent only.
        parser.add_argument("--number", type=int, help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        processes, number = options["processes"], options["number"]
        try:
            side = declared()
            if not 1 <= processes <= _MOST:
                raise UnclearChoice(f"--processes is from 1 to {_MOST}")
            if processes > 1 and side.has_one_writer:
                raise UnclearChoice(
                    f"the read model of {side.config.name} has one writer: run one process"
                )
            if processes == 1:
                run_consumer(side, setting("CONSUMER_HEALTH_PORT"))
            elif number is None:
                sys.exit(self._run_all(side, processes))
            else:
                drain_without_parent()
                run_consumer(_one_of(side, processes, number), _port(number))
        except ConsumerError as error:
            raise CommandError(str(error)) from error

    def _run_all(self, side: Declared, count: int) -> int:
        partitions = len(ends_of(subscribed(side.config, side.consumer)))
        if 0 < partitions < count:
            self.stderr.write(
                f"{count} processes for {partitions} partitions: "
                f"{count - partitions} will have nothing to do"
            )
        command = (sys.executable, "-m", "django", "run", "--processes", str(count), "--number")
        processes = Processes(
            lambda number: (*command, str(number)), count, side.config.drain_seconds
        )
        processes.stop_on_signals()
        return processes.run()


def _one_of(side: Declared, processes: int, number: int) -> Declared:
    client = f"{side.config.client or side.config.name}-{number}"
    config = replace(side.config, processes=processes, number=number, client=client)
    return replace(side, config=config)


def _port(number: int) -> int:
    first: int = setting("CONSUMER_HEALTH_PORT")
    return first + number if first else 0
