"""Whether this worker was told to end: the signal enters, a flag leaves that its processes share.

A task looks at several rows. A worker that is stopped ends the letter at hand, and the rest goes
back to the queue: so a stop takes as long as one letter and not as ten, and no supervisor loses
its patience and kills a process amid one, of which then nobody would know.
"""

from multiprocessing.sharedctypes import RawValue
from typing import Any

# In memory that is there before the first process is forked.
_is_told = RawValue("b", 0)


def tell(**_: Any) -> None:
    """Have all processes of the worker stop at the next letter."""
    _is_told.value = 1


def forget() -> None:
    """Take it back, as only tests do."""
    _is_told.value = 0


def is_told() -> bool:
    return bool(_is_told.value)
