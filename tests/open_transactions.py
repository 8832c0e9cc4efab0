"""What somebody else has written and not committed yet, on a real database."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def under_way(deed: Callable[[], object]) -> Iterator[None]:
    """Do it in another connection's transaction, which commits at the end of the block."""
    is_done, may_end = threading.Event(), threading.Event()

    def act() -> None:
        with transaction.atomic():
            deed()
            is_done.set()
            may_end.wait(30)
        connection.close()

    other = threading.Thread(target=act)
    other.start()
    assert is_done.wait(30)
    try:
        yield
    finally:
        may_end.set()
        other.join()
