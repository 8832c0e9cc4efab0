"""The connection to OpenSearch, and what its failures mean to who writes and who reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from opensearchpy import OpenSearch, OpenSearchException, TransportError
from opensearchpy.exceptions import ConnectionError as Unreachable

from consumers.runtime.errors import RetryLater, StopConsumer
from consumers.search.index.port import IndexUnavailable

# It has too much to do, or is not there behind its proxy.
_AWAY = (429, 502, 503, 504)
# A page is better answered by the monolith than late.
_PAGE_SECONDS = 5
_WRITE_SECONDS = 60


@cache
def for_pages(url: str) -> OpenSearch:
    """Connect to read; safe to share between threads."""
    return _connected(url, _PAGE_SECONDS)


@cache
def for_writing(url: str) -> OpenSearch:
    """Connect to write."""
    return _connected(url, _WRITE_SECONDS)


@contextmanager
def reading() -> Iterator[None]:
    """Raise ``IndexUnavailable`` instead of whatever the server or the way to it refuses."""
    try:
        yield
    except OpenSearchException as failure:
        raise IndexUnavailable(f"OpenSearch: {failure}") from failure


@contextmanager
def writing() -> Iterator[None]:
    """Raise ``RetryLater`` for what may pass, else ``StopConsumer``: no record is to blame."""
    try:
        yield
    except TransportError as failure:
        refusal = RetryLater if _may_pass(failure) else StopConsumer
        raise refusal(f"OpenSearch: {failure}") from failure
    except OpenSearchException as failure:
        raise StopConsumer(f"OpenSearch: {failure}") from failure


def refused(status: int, reason: object) -> RetryLater | StopConsumer:
    """Give what one item of many that was refused means."""
    kind = RetryLater if status in _AWAY else StopConsumer
    return kind(f"OpenSearch refused a document ({status}): {reason}")


def _may_pass(failure: TransportError) -> bool:
    return isinstance(failure, Unreachable) or failure.status_code in _AWAY


def _connected(url: str, seconds: int) -> OpenSearch:
    return OpenSearch(url, timeout=seconds, max_retries=0, retry_on_timeout=False, pool_maxsize=20)
