"""The searches in memory follow their table, whoever writes it and whatever is taken back."""

import pytest
from django.db import connection, transaction

from consumers.notifications.matching.kept import Kept
from consumers.notifications.models import Home, SavedSearch
from tests.consumers.notifications.conftest import World
from tests.open_transactions import under_way

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(world: World) -> Home:
    return world.home


def save(number: int, frequency: str = "instant", **criteria: object) -> SavedSearch:
    facts = {"version": 1, "since": "2026-01-01T00:00Z", "criteria": criteria}
    search = SavedSearch(pk=number, account_id=number, frequency=frequency, **facts)
    search.save()
    return search


def run(*statements: str) -> None:
    """Do that to the searches' table."""
    with transaction.atomic(), connection.cursor() as cursor:
        for each in statements:
            cursor.execute(each.format(table=SavedSearch._meta.db_table))


def test_a_search_is_found_until_it_asks_for_something_else(home: Home) -> None:
    kept = Kept()
    assert kept.matches(home) == []
    search = save(5)
    save(4, price_min=home.price)
    save(3, price_min=home.price + 1)
    assert kept.matches(home) == [4, 5]
    search.criteria = {"beds_min": home.beds + 1}
    search.save()
    assert kept.matches(home) == [4]


def test_a_search_that_wants_no_instant_mails_is_not_found(home: Home) -> None:
    kept = Kept()
    search = save(5, "daily")
    assert kept.matches(home) == []
    for frequency, found in (("instant", [5]), ("none", [])):
        search.frequency = frequency
        search.save()
        assert kept.matches(home) == found


def test_whoever_comes_later_has_them_from_the_first_look(home: Home) -> None:
    save(5)
    assert [Kept().matches(home), Kept().matches(home)] == [[5], [5]]


def test_what_was_deleted_is_forgotten_in_time(home: Home) -> None:
    kept = Kept(fewest=10)
    said = home.title.split()[0].lower()
    save(1, q=said, price_max=home.price)
    save(2, q=f'"{home.title.lower()}" -nowhere', neighbourhood=home.neighbourhood)
    save(3, q="nowhere")
    for number in range(4, 60):
        search = save(number, q=f"-{said} word{number}", neighbourhood=f"Quarter {number}")
        assert kept.matches(home) == [1, 2]
        search.delete()

    assert len(kept) <= 15
    save(5, q=f"{said} -nowhere", neighbourhood=home.neighbourhood)
    assert kept.matches(home) == [1, 2, 5]


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_is_not_remembered(home: Home) -> None:
    kept = Kept()
    search = save(5)
    save(6)
    assert kept.matches(home) == [5, 6]
    with transaction.atomic():
        search.criteria = {"beds_min": home.beds + 1}
        search.save()
        save(7)
        assert kept.matches(home) == [6, 7]
        transaction.set_rollback(True)
    assert kept.matches(home) == [5, 6]


@pytest.mark.django_db(transaction=True)
def test_a_table_that_was_made_anew_takes_the_place_of_the_one_before(home: Home) -> None:
    kept = Kept()
    search = save(6)
    run("CREATE TABLE anew (LIKE {table} INCLUDING ALL)", "INSERT INTO anew TABLE {table}")
    search.delete()
    save(5)
    assert [kept.matches(home), kept.matches(home)] == [[5], [5]]
    run("ALTER TABLE {table} RENAME TO former", "ALTER TABLE anew RENAME TO {table}")
    try:
        assert kept.matches(home) == [6]
    finally:
        run("DROP TABLE {table}", "ALTER TABLE former RENAME TO {table}")
    assert kept.matches(home) == [5]


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_behind_something_younger_is_not_missed(home: Home) -> None:
    kept = Kept()
    with under_way(lambda: save(5)):
        save(6)
        assert kept.matches(home) == [6]
    assert kept.matches(home) == [5, 6]
