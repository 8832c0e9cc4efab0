"""`make faults`: hundreds of faults on a stack of its own, for as long as one lets it.

Enters: the command line. Leaves: a line a round, a table at the end, and on the first round
that is not proven its verdict, the folder that holds everything, and how to go on. With
`--only consumers` both kinds of store are killed, and what each event did to them is counted; with
`--only notifications` the faults hit those who write letters, and the letters are counted.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import dropwhile
from pathlib import Path

from tests.faults.consumers import rounds as consumers
from tests.faults.consumers.faults import NAMES as CONSUMERS
from tests.faults.faults import ALONE
from tests.faults.letters import rounds as letters
from tests.faults.letters.faults import FAULTS as LETTERS
from tests.faults.load import load
from tests.faults.rounds import Round, play, rounds
from tests.running_stack import Stack

_SIZE = 5
Faults = tuple[str, ...]
Played = Round | letters.Round | consumers.Round
# What there is to play, and how a round of it is played.
Part = tuple[Iterator[tuple[int, Faults]], Callable[[int, Faults], Played]]


def main() -> int:
    """Play until the faults or the minutes are used up; return the exit code."""
    options = _parser().parse_args()
    seed = options.seed if options.seed is not None else int(time.time())
    home = Path(tempfile.mkdtemp(prefix="banyan-faults-"))
    print(f"seed {seed}, data in {home}", flush=True)
    stack = Stack(home)
    # Whoever ends us by a signal ends the stack, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        stack.up()
        played = list(_play(stack, seed, options))
    finally:
        stack.down()
    print(_table(played))
    if all(each.is_proven for each in played):
        return 0
    again = f"--only {options.only} --seed {seed} --from-round {played[-1].number}"
    print(json.dumps(played[-1].details, indent=1))
    print(f"To go on: .venv/bin/python -m tests.faults {again}")
    return 1


def _play(stack: Stack, seed: int, options: argparse.Namespace) -> list[Played]:
    played = list(_played(stack, seed, options))
    if (end := _ENDS.get(options.only)) and played[-1].is_proven:
        played.append(end(stack, played[-1].number))
        print(played[-1], flush=True)
    return played


def _played(stack: Stack, seed: int, options: argparse.Namespace) -> Iterator[Played]:
    done, deadline = 0, time.monotonic() + options.minutes * 60
    with _PARTS[options.only](stack, seed) as (dealt, play_round):
        for number, faults in dropwhile(lambda each: each[0] < options.from_round, dealt):
            outcome, done = play_round(number, faults), done + len(faults)
            print(outcome, flush=True)
            yield outcome
            if not outcome.is_proven or done >= options.faults:
                return
            if time.monotonic() > deadline:
                print(f"The time is up after {done} of {options.faults} faults.", flush=True)
                return


@contextmanager
def _line(stack: Stack, seed: int) -> Iterator[Part]:
    with load(stack, seed) as agent:
        agent.wait_for_more()
        yield rounds(seed, _SIZE, ALONE), partial(play, stack, agent, seed)


@contextmanager
def _consumers(stack: Stack, seed: int) -> Iterator[Part]:
    with consumers.at_work(stack, seed) as at_work:
        yield rounds(seed, 2 * _SIZE, of=CONSUMERS), partial(at_work.play, seed)


@contextmanager
def _letters(stack: Stack, seed: int) -> Iterator[Part]:
    with letters.town(stack, seed):
        yield rounds(seed, len(LETTERS), of=LETTERS), partial(letters.play, stack, seed)


_PARTS: dict[str, Callable[[Stack, int], AbstractContextManager[Part]]] = {
    "line": _line,
    "consumers": _consumers,
    "notifications": _letters,
}
# What is known only when all is quiet again.
_ENDS: dict[str, Callable[[Stack, int], Played]] = {"notifications": letters.settle}


def _table(played: list[Played]) -> str:
    counts = Counter(fault for each in played for fault in each.faults)
    lines = [f"{fault:26} {number:5}" for fault, number in sorted(counts.items())]
    kills = sum(count for fault, count in counts.items() if fault.startswith("kill "))
    proven = sum(each.is_proven for each in played)
    return "\n".join(
        [
            *lines,
            f"{'faults':26} {counts.total():5}",
            f"{'kills among them':26} {kills:5}",
            f"{'rounds proven':26} {proven:5} of {len(played)}",
            *(f"{name:26} {number:5}" for name, number in played[-1].totals.items()),
        ]
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.faults", description=__doc__)
    parser.add_argument("--only", choices=sorted(_PARTS), default="line", help="what is hit")
    parser.add_argument("--faults", type=int, default=200, help="how many at least")
    parser.add_argument("--minutes", type=float, default=120, help="how long at most")
    parser.add_argument("--seed", type=int, help="the same seed, the same faults")
    parser.add_argument("--from-round", type=int, default=1, help="leave out earlier rounds")
    return parser


if __name__ == "__main__":
    sys.exit(main())
