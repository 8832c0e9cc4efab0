"""Numbers of rows enter; after the commit they are queued for the worker, or stay where they are.

What could not be queued is found by the next sweep, so nobody waits for Redis here.
"""

from collections.abc import Sequence
from uuid import UUID


def queue_after_commit(numbers: Sequence[UUID]) -> None:
    """Have the worker look at the rows as soon as they are there."""
