"""A database of the benchmark's own on the stack's server.

Enters: a stack. Leaves: the address of an empty database, which goes with all that is in it.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.running_stack import Stack


@contextmanager
def own_database(stack: Stack) -> Iterator[str]:
    """Give the database's URL."""
    source, password = stack.source(), stack.environment()["POSTGRES_PASSWORD"]
    server = f"postgres://postgres:{password}@{source.host}:{source.port}"
    name = f"bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
