"""What `counted` reacts to: all on its topic becomes a row, but for what is flawed just now."""

import os
import signal
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.runtime.errors import PoisonRecord, RetryLater
from consumers.runtime.faults import RebuildStep, Step, breaking
from consumers.runtime.records import Record
from consumers.runtime.settings import setting
from tests.consumers.runtime.counted.models import Count

counted: Consumer[None] = Consumer("counted", version=setting("COUNTED_VERSION"))


@counted.on(setting("COUNTED_TOPIC"))
def count(record: Record, context: Context[Any]) -> None:
    """Write it down."""
    value = (record.value or b"").decode()
    if _is_flawed(value):
        raise PoisonRecord(f"{value} is flawed")
    if context.attempt == 1 and value.endswith(setting("COUNTED_STUMBLES")):
        raise RetryLater("the first time never works")
    Count.objects.create(told=value, version=counted.version)
    _pause_once()


@counted.forgets
def nobody(person: str, context: Context[Any]) -> int:
    """Forget a person: nothing here is about one."""
    return 0


def _is_flawed(value: str) -> bool:
    """Tell whether the file that a test writes names the value; `*` names all."""
    flaws = Path(setting("COUNTED_FLAWS"))
    return flaws.is_file() and bool({value, "*"} & {*flaws.read_text().split()})


def _die_once(step: Step | RebuildStep) -> None:
    """End without a word at a step, if it is us who take its file away."""
    with suppress(FileNotFoundError):
        os.unlink(f"{setting('COUNTED_DIES')}-{step}")
        os.kill(os.getpid(), signal.SIGKILL)


# For good: this module is loaded by the process that is to die.
_for_good = ExitStack()
_for_good.enter_context(breaking(_die_once))


def _pause_once() -> None:
    """Be paused amid a unit, if it is us who take the file away; somebody else wakes us up."""
    with suppress(FileNotFoundError):
        os.unlink(setting("COUNTED_PAUSE"))
        os.kill(os.getpid(), signal.SIGSTOP)
