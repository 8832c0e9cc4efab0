"""The thread in which handlers run; or none, for tests that count every turn."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from django.db import connections

P = ParamSpec("P")
T = TypeVar("T")


def handler_thread() -> Executor:
    """Give one thread: handlers never run at the same time as one another."""
    return ThreadPoolExecutor(1, thread_name_prefix="handlers")


@contextmanager
def closing_connections(threads: Sequence[Executor]) -> Iterator[None]:
    """Close what each thread has opened, at the end: nobody else can."""
    yield
    wait([thread.submit(connections.close_all) for thread in threads])


class Inline(Executor):
    """Run at once, in the caller's thread."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future
