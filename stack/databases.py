"""Roles and databases, one owner each, as a database administrator would make them.

Enters: the superuser's password. Leaves: the databases of monolith, strangler, registry and
notifications, and the replication role that Debezium uses, which owns nothing.
"""

import psycopg
from psycopg import sql

from stack.ports import HOST, Ports
from stack.readiness import wait

OWNERS = ("monolith", "strangler", "registry", "notifications")
REPLICATION_ROLE = "debezium"


def create(ports: Ports, values: dict[str, str]) -> None:
    """Create whatever is missing; set the passwords of this run."""
    address = (
        f"host={HOST} port={ports['postgres']} user=postgres dbname=postgres "
        f"password={values['POSTGRES_PASSWORD']} connect_timeout=5"
    )
    # The port opens a moment before the server takes sessions.
    wait(lambda: _takes_sessions(address), timeout_s=30)
    with psycopg.connect(address, autocommit=True) as connection:
        for owner in OWNERS:
            _role(connection, owner, values[f"{owner.upper()}_PASSWORD"], "LOGIN")
            _database(connection, owner)
        _role(connection, REPLICATION_ROLE, values["DEBEZIUM_PASSWORD"], "LOGIN REPLICATION")


def _takes_sessions(address: str) -> bool:
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        return False
    return True


def _role(connection: psycopg.Connection, name: str, password: str, rights: str) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    connection.execute(
        sql.SQL("{} ROLE {} {} PASSWORD {}").format(
            sql.SQL("ALTER" if exists else "CREATE"),
            sql.Identifier(name),
            sql.SQL(rights),
            sql.Literal(password),
        )
    )


def _database(connection: psycopg.Connection, owner: str) -> None:
    query = "SELECT 1 FROM pg_database WHERE datname = %s"
    if not connection.execute(query, [owner]).fetchone():
        name = sql.Identifier(owner)
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
