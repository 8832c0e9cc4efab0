"""What is really lost on the running line is found by its exact key, and mended."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from tantivy import Query

from cdc.connect.client import ConnectClient
from cdc.connect.connectors import OUTBOX_CONNECTOR, TABLES_CONNECTOR
from cdc.contracts.topics import ACCOUNT_ROWS, LISTING_ROWS
from consumers.search.index.tantivy.writer import TantivyWriter
from stack.visitor import Visitor
from tests.deletion import delete_a_home
from tests.running_stack import Stack

pytestmark = pytest.mark.stack


def audit(stack: Stack, *words: str) -> dict[str, Any]:
    """Return the last verdict of `cdc audit`."""
    done = stack.try_manage("cdc", "audit", "--json", *words)
    verdict: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == verdict["exit_code"], done.stderr
    return verdict


@pytest.fixture
def proven(stack: Stack) -> Stack:
    """Begin with a line that nothing is wrong with, whatever earlier tests did to it."""
    verdict = audit(stack, "--repair")
    assert verdict["exit_code"] == 0, verdict
    return stack


def lost_at(verdict: dict[str, Any]) -> set[tuple[str, str | int]]:
    return {(each["place"], each["key"]) for each in verdict["lost"]}


def kinds_told(stack: Stack) -> list[str]:
    return [kind for _, kind, _ in stack.events()]


@contextmanager
def blind(stack: Stack) -> Iterator[None]:
    """Keep Debezium from ever seeing what is committed in the block."""
    names = (OUTBOX_CONNECTOR, TABLES_CONNECTOR)
    with closing(ConnectClient(stack.url("connect", ""))) as connect:
        try:
            for name in names:
                connect.stop(name)
                connect.wait_until(name, "STOPPED", timeout_s=60)
            yield
            end = end_of_log(stack.superuser())
            for name in names:
                skip_to(stack, name, end)
        finally:
            for name in names:
                connect.resume(name)
                connect.wait_until_running(name, timeout_s=60)


def end_of_log(superuser: str) -> int:
    """Return the position that the log has reached."""
    with psycopg.connect(superuser) as database:
        ((position,),) = database.execute(
            "SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint"
        ).fetchall()
    return int(position)


def skip_to(stack: Stack, name: str, position: int) -> None:
    """Let a stopped connector believe that it has handed on all up to the position.

    Not by the slot alone: a connector whose offset lies before its slot refuses to run.
    """
    with httpx.Client(base_url=stack.url("connect", f"/connectors/{name}/"), timeout=20) as connect:
        told = connect.get("offsets").raise_for_status().json()
        for each in told["offsets"]:
            places = [key for key in each["offset"] if key.startswith("lsn")]
            each["offset"] |= dict.fromkeys(places, position)
        connect.patch("offsets", json=told).raise_for_status()


def take_out_of_index(stack: Stack, but: int) -> int:
    """Remove one home from the search's index behind its consumer's back; return its id."""
    stack.manage("stack", "stop", "search-consumer")
    writer = TantivyWriter(Path(stack.environment()["SEARCH_INDEX_DIR"]))
    missing = next(each for each in sorted(writer.kept())[7:] if each != but)
    writer._writer.delete_documents_by_query(Query.term_query(writer._index.schema, "id", missing))
    writer.commit(writer.state)
    writer.close()
    stack.manage("stack", "start", "search-consumer")
    return missing


def test_what_is_lost_on_the_way_or_at_its_end_is_found_by_its_keys_and_sent_once_more(
    proven: Stack,
) -> None:
    stack = proven
    # The due times of a new site are told by its first sweep, and by no later one until the hour
    # of the next, which may have struck since.
    stack.wait_until(lambda: kinds_told(stack).count("DigestDue") >= 2, timeout_s=60)
    with blind(stack), psycopg.connect(stack.environment()["MONOLITH_DATABASE_URL"]) as monolith:
        with Visitor(stack.url("gateway")) as agent:
            agent.log_in("agent", "agent")
            edited = agent.own_listings()[0]
            form = agent.edit_form(edited)
            agent.submit_edit(edited, form | {"price": str(int(form["price"]) + 1)})
        ((event,),) = monolith.execute(
            "SELECT id::text FROM outbox_event WHERE aggregate_id = %s "
            "ORDER BY aggregate_version DESC LIMIT 1",
            [str(edited)],
        ).fetchall()
        # To log in is a change of the account's row.
        ((account,),) = monolith.execute(
            "SELECT id FROM accounts_user WHERE username = 'agent'"
        ).fetchall()
        deleted = delete_a_home(monolith)
        monolith.commit()
    missing = take_out_of_index(stack, but=edited)

    verdict = audit(stack)
    assert lost_at(verdict) == {
        ("event", event),
        ("search", missing),
        (ACCOUNT_ROWS, account),
        *((place, key) for place in (LISTING_ROWS, "search") for key in (edited, deleted)),
    }
    assert not verdict["doubled"]

    repaired = audit(stack, "--repair")
    assert repaired["exit_code"] == 0, repaired
    assert [each[0] for each in stack.events()].count(event) == 1
    with httpx.Client(base_url=stack.url("search-web", "")) as search:
        assert search.get(f"/_projection/listing/{deleted}").json()["status"] == "deleted"


def test_a_consumer_that_does_not_follow_leaves_the_verdict_open(proven: Stack) -> None:
    stack = proven
    stack.manage("stack", "stop", "search-consumer")
    try:
        with psycopg.connect(stack.environment()["MONOLITH_DATABASE_URL"]) as monolith:
            monolith.execute("UPDATE listings_listing SET price = price + 1 WHERE id < 10")
        verdict = audit(stack, "--wait", "1")
        assert verdict["exit_code"] == 2
        assert "search" in verdict["could_not_tell"][0]
    finally:
        stack.manage("stack", "start", "search-consumer")
    assert audit(stack, "--metrics-file", str(stack.home / "audit.prom"))["exit_code"] == 0
    assert "audit_proven 1\n" in (stack.home / "audit.prom").read_text()
