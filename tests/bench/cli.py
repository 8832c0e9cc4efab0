"""`manage.py bench NAME`: measure on the running stack, or on one of its own.

Enters: the command line. Leaves: a table for people, or one JSON object as the last line,
and the same object with the machine's facts in the folder `bench` beside our own run's data.
"""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from stack import environment
from tests.bench import cdc, gateway, line, notifications, runtime, search
from tests.bench.arrivals import RowsMissing
from tests.bench.figures import machine, save
from tests.bench.stacks import ready_stack
from tests.running_stack import CommandFailed, Stack

Outcome = dict[str, Any]
Measure = Callable[[Stack, int, float], Outcome]


@dataclass(frozen=True, slots=True)
class Bench:
    """How a benchmark measures, given repeats and seconds of load, and how it is read."""

    parts: Mapping[str, Measure]
    table: Callable[[Outcome], str]
    # Parts that are measured without any stack.
    alone: Collection[str] = ()

    def measure(self, stack: Stack, only: Sequence[str], repeats: int, seconds: float) -> Outcome:
        """Return what the parts say, those named or all."""
        said = [self.parts[part](stack, repeats, seconds) for part in only or self.parts]
        return {name: figure for part in said for name, figure in part.items()}

    def needs_stack(self, only: Sequence[str]) -> bool:
        """Tell whether any of the parts does, those named or all."""
        return not set(only or self.parts) <= set(self.alone)


BENCHES = {
    "cdc": Bench(cdc.PARTS, cdc.table),
    "line": Bench({"all": line.measure}, line.table),
    "runtime": Bench({"all": runtime.measure}, runtime.table),
    "search": Bench(search.PARTS, search.table, search.ALONE),
    "gateway": Bench({"all": gateway.measure}, gateway.table, alone=("all",)),
    "notifications": Bench(notifications.PARTS, notifications.table, notifications.ALONE),
}


def main(words: Sequence[str]) -> int:
    """Run one benchmark and return the exit code."""
    parser = _parser()
    options = parser.parse_args(words)
    bench = BENCHES[options.name]
    if unknown := set(options.only) - set(bench.parts):
        parser.error(f"no part of {options.name}: {', '.join(sorted(unknown))}")
    # Whoever ends us by a signal ends the stacks, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with _stack(bench.needs_stack(options.only)) as stack:
            outcome = {
                "name": options.name,
                "repeats": options.repeats,
                "seconds": options.seconds,
                **bench.measure(stack, options.only, options.repeats, options.seconds),
                "machine": machine(),
            }
            # Where a run of ours is kept: a stack for the measurement goes with its folder.
            path = save(environment.home(), options.name, outcome)
    except (CommandFailed, OSError, RowsMissing) as error:
        print(f"The benchmark could not run: {error}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(outcome))
    else:
        print(bench.table(outcome))
        print(f"kept in {path}")
    return 0


def _stack(is_needed: bool) -> AbstractContextManager[Stack]:
    return ready_stack() if is_needed else nullcontext(Stack(environment.home()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="manage.py bench", description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHES), help="what to measure")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--repeats", type=_positive(int), default=3, help="of each measurement")
    parser.add_argument(
        "--seconds", type=_positive(float), default=10, help="of load in each measurement"
    )
    parser.add_argument(
        "--only",
        type=lambda text: text.split(","),
        default=[],
        metavar="PART,…",
        help="these parts alone; "
        + "; ".join(
            f"of {name}: {', '.join(bench.parts)}"
            for name, bench in BENCHES.items()
            if len(bench.parts) > 1
        ),
    )
    return parser


def _positive(cast: Callable[[str], Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        number = cast(text)
        if number <= 0:
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return number

    return read
