"""The one sentence on the real stack: a saved listing reaches the page of the other side."""

import json

import httpx
import psycopg
import pytest

from stack.visitor import Visitor
from tests.running_stack import Stack

pytestmark = pytest.mark.stack


def test_the_status_names_every_process_and_says_ready(stack: Stack) -> None:
    # An earlier test may have had a part begun anew.
    stack.wait_until(stack.is_ready)
    status = stack.status()

    assert {
        "postgres", "redis", "kafka", "connect", "registry", "mail", "monolith",
        "alerts-worker", "alerts-beat", "search-consumer", "search-web", "strangler", "gateway",
    } <= set(status["services"])  # fmt: skip
    for row in status["services"].values():
        assert set(row) == {"state", "pid", "port", "rss_mb", "ready_s"}
    assert sum(row["rss_mb"] for row in status["services"].values()) < 4096


def test_a_price_change_passes_every_hop_in_order(stack: Stack) -> None:
    outcome = json.loads(stack.manage("stack", "journey", "--json"))

    assert outcome["ok"] is True
    assert outcome["served_by"] == "search"
    moments = list(outcome["hops"].values())
    assert list(outcome["hops"]) == [
        "committed", "outbox_in_kafka", "row_in_kafka", "projected", "seen_at_gateway",
    ]  # fmt: skip
    assert moments == sorted(moments)


def test_the_journey_is_drawn_for_a_person(stack: Stack) -> None:
    drawing = stack.manage("stack", "journey")

    assert "seen_at_gateway" in drawing
    assert "served by search" in drawing


def test_the_snapshot_brought_every_home_that_the_old_search_lists(stack: Stack) -> None:
    def counted(side: str) -> int:
        answer = httpx.get(stack.url(side, "/api/v1/search?status=any"), timeout=30)
        return int(answer.json()["count"])

    assert counted("monolith") > 20_000
    stack.wait_until(lambda: counted("search-web") == counted("monolith"))


def test_a_bulk_write_that_no_event_tells_of_is_streamed_too(stack: Stack) -> None:
    with psycopg.connect(stack.environment()["MONOLITH_DATABASE_URL"]) as monolith:
        rows = monolith.execute(
            "UPDATE listings_listing SET lot_size = lot_size + 1 "
            "WHERE id BETWEEN 100 AND 199 RETURNING id, version"
        )
        changed: dict[int, int] = dict(rows.fetchall())

    stack.wait_until(lambda: projected_versions(stack, changed) == changed)


def test_a_listing_that_is_withdrawn_leaves_the_search(stack: Stack, agent: Visitor) -> None:
    listing = agent.own_listings()[-1]
    before = agent.edit_form(listing)

    agent.submit_edit(listing, before | {"status": "withdrawn"})

    def is_listed() -> bool:
        page = httpx.get(stack.url("search-web", "/_projection/listing/") + str(listing))
        return bool(page.json()["status"] != "withdrawn")

    stack.wait_until(lambda: not is_listed())
    # What was sold or pending may not come back; the others are put on the market again.
    agent.submit_edit(listing, agent.edit_form(listing) | {"status": "active"})


def test_after_all_sorts_of_traffic_both_searches_hold_the_same(stack: Stack) -> None:
    stack.manage("simulate", "--rate", "40", "--seconds", "5", "--seed", "3")

    with psycopg.connect(stack.environment()["MONOLITH_DATABASE_URL"]) as monolith:
        rows = monolith.execute("SELECT id, version FROM listings_listing WHERE version > 1")
        changed: dict[int, int] = dict(rows.fetchall())
    assert changed
    stack.wait_until(lambda: projected_versions(stack, changed) == changed)


def test_every_event_of_the_outbox_is_in_its_topic_with_its_headers(stack: Stack) -> None:
    stack.manage("stack", "journey", "--json")

    with psycopg.connect(stack.environment()["MONOLITH_DATABASE_URL"]) as monolith:
        rows = monolith.execute("SELECT id::text, event_type, aggregate_id FROM outbox_event")
        committed = set(rows.fetchall())

    assert committed
    stack.wait_until(lambda: committed <= set(stack.events()))


def projected_versions(stack: Stack, listings: dict[int, int]) -> dict[int, int]:
    """Return the versions of the listings in the search's read model."""
    with httpx.Client(base_url=stack.url("search-web", "")) as search:
        return {
            listing: search.get(f"/_projection/listing/{listing}").json()["version"]
            for listing in listings
        }
