"""The kit finds what a careless handler does wrong, on the test's own database."""

from typing import Any

import pytest
from django.db import connection

from cdc.contracts.events import ListingRepriced, ListingWithdrawn
from consumers.runtime.config import ConsumerConfig, RetryPolicy
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.runtime.errors import PoisonRecord, RetryLater
from consumers.runtime.testing.scenario import Scenario, given

pytestmark = pytest.mark.django_db

CHEAPER = ListingRepriced(7, 100, 90)
STILL_CHEAPER = ListingRepriced(7, 90, 80)


@pytest.fixture(autouse=True)
def drops(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE tried_drop (listing int, price int)")


def shown(_: Any = None) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT listing, price FROM tried_drop ORDER BY listing, price")
        return list(cursor.fetchall())


def note(event: ListingRepriced, _: Context[None]) -> None:
    """Add a row, which only exactly-once effect makes right."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tried_drop VALUES (%s, %s)", (event.listing_id, event.new_price)
        )


def drops_of(handler: Any) -> Scenario[None]:
    consumer: Consumer[None] = Consumer("drops")
    consumer.on(ListingRepriced)(handler)
    return given(consumer, shows=shown)


def test_a_handler_that_only_adds_is_right_in_every_way() -> None:
    told = drops_of(note).events(CHEAPER, ListingWithdrawn(7, "active", "mistake"), STILL_CHEAPER)

    told.twice().fresh().in_lanes().crashing().then([(7, 80), (7, 90)])

    assert shown() == []


def test_what_is_kept_outside_the_transaction_is_found() -> None:
    seen: list[int] = []
    consumer: Consumer[None] = Consumer("drops")
    consumer.on(ListingRepriced)(lambda event, _: seen.append(event.new_price))
    told = given(consumer, shows=lambda _: len(seen)).events(CHEAPER)

    with pytest.raises(AssertionError, match="every record twice: shows 2 and not 1"):
        told.twice().then(1)


def test_what_leans_on_the_order_of_different_keys_is_found_by_lanes() -> None:
    consumer: Consumer[None] = Consumer("drops")

    @consumer.on(ListingRepriced)
    def note_if_higher(event: ListingRepriced, context: Context[None]) -> None:
        if event.listing_id > max((home for home, _ in shown()), default=0):
            note(event, context)

    homes = [ListingRepriced(home, 100, 90) for home in range(1, 9)]
    told = given(consumer, shows=lambda _: len(shown())).events(*homes)
    told.twice().fresh().then(8)
    with pytest.raises(AssertionError, match=r"in 4 lanes: shows \d and not 8"):
        told.in_lanes().then(8)


def test_a_crash_is_named_by_its_step() -> None:
    seen: list[int] = []

    def careless(event: ListingRepriced, context: Context[None]) -> None:
        seen.append(event.new_price)
        note(event, context)
        if len(seen) > 1:
            note(event, context)

    with pytest.raises(AssertionError, match="a crash at 'handled', time 1: shows"):
        drops_of(careless).events(CHEAPER).crashing("handled").then([(7, 90)])


def test_a_dead_record_that_nobody_expected_fails_the_scenario() -> None:
    def refuse(event: ListingRepriced, _: Context[None]) -> None:
        raise PoisonRecord("no such home")

    with pytest.raises(AssertionError, match="dead .*no such home"):
        drops_of(refuse).events(CHEAPER).then([])
    drops_of(refuse).events(CHEAPER).crashing().then([], dead=("no such home",))
    with pytest.raises(AssertionError, match="not dead .'price'"):
        drops_of(note).events(CHEAPER).then(dead=("price",))


def test_time_passes_by_itself_until_nothing_waits_or_as_the_scenario_says() -> None:
    failures = [RetryLater("the agency is away")] * 2

    def heal(event: ListingRepriced, context: Context[None]) -> None:
        if failures:
            raise failures.pop()
        note(event, context)

    told = drops_of(heal).events(CHEAPER, STILL_CHEAPER)
    told.then([(7, 80), (7, 90)])

    failures += [RetryLater("the agency is away")] * 2
    told = given(told.consumer, shows=lambda _: len(shown()), config=slow()).events(CHEAPER)
    told.passes(29).then(0, waiting=("the agency is away",))


def test_an_event_that_breaks_its_contract_is_a_mistake_of_the_test() -> None:
    with pytest.raises(ValueError, match="breaks its contract"):
        drops_of(note).events(ListingRepriced("seven", 100, 90)).then()  # type: ignore[arg-type]


def slow() -> ConsumerConfig:
    retry = RetryPolicy(first_delay=30, jitter=0)
    return ConsumerConfig("slow", "slow", "", retry=retry, parked_seconds=0, commit_seconds=0)
