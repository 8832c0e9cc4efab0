"""The extracted search against the monolith's: same homes, same order, same bytes.

Homes with awkward texts are written to PostgreSQL; their rows go through the whole line in
memory. Then both sides are asked the same, thousands of ways, from a fixed seed.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from pytest_django import Settings

from consumers.criteria.criteria import Criteria
from consumers.criteria.query import parse
from consumers.criteria.statuses import LISTED
from consumers.criteria.text.lexemes import GAP, indexed_form, lexemes
from monolith.accounts.models import User
from monolith.listings.models import Listing
from tests.consumers.conftest import SearchLine, browser_of_search
from tests.consumers.search.engines import on_both_engines
from tests.consumers.search.hostile import questions

pytestmark = pytest.mark.django_db

WORDS = """
two-car garage garage's 1,450 sq.ft. 2.5-bath w/d and/or ada@homes.example.com brick porch
http://homes.com/a?b=c 3-bedroom 1st-floor don't $250,000 +5 -6 e-mail A/C 1990s End.Next U.S.
St. B2B 20'x30' 12x14 café café-bar 5% AT&T R&D x-y-3 5th-6th the and of well-maintained (new)
move-in-ready roof; -- ... 1.2.3 3/4 10-12 24/7 www.homes.com @home #12 1e5 7:30 co-op O'Brien
brick-and-mortar it’s “quoted” naïve ½ m² C++ a_b /etc/x ~5 ./x N.W. 43606-1234 wi-fi Evenings
internal organization paste <b> </b> &amp; & < > = * ' bedrooms finished basement basements is
updated kitchens kitchen hardwood floors not very no a large yard fenced
""".split()  # noqa: SIM905
OPERATORS = ["or", "OR", "and", "-", "--", "|", "&", "!", "(", ")", '"', ":", "or-", "'", "\\"]
PLACES = ["Old West End", "east Side", "Éast", "Sylvania", "Point Place"]


def sentence(draw: random.Random, length: int) -> str:
    return " ".join(draw.choice(WORDS) for _ in range(draw.randint(1, length)))


def question(draw: random.Random) -> str:
    pieces = []
    for _ in range(draw.randint(1, 4)):
        kind = draw.random()
        if kind < 0.4:
            pieces.append(draw.choice(WORDS))
        elif kind < 0.6:
            pieces.append(f'"{sentence(draw, 3)}"')
        elif kind < 0.8:
            pieces.append(f"-{draw.choice(WORDS)}")
        else:
            pieces.append(draw.choice(OPERATORS))
    return " ".join(pieces)[:200]


@pytest.fixture
def agent() -> User:
    user = User.objects.create_user("ada", "ada@homes.example", display_name="Ada O'Brien & Co")
    user.groups.add(Group.objects.get_or_create(name="agents")[0])
    return user


@pytest.fixture
def stocked(line: SearchLine, agent: User) -> SearchLine:
    draw = random.Random(7)
    Listing.objects.bulk_create(home(draw, agent) for _ in range(300))
    # Bulk writes and raw SQL raise versions as well.
    Listing.objects.filter(beds=2).update(garage="None")
    for row in rows():
        line.save(row, "r", snapshot="true")
    line.save(rows()[0], "r", snapshot="last")
    line.run()
    assert line.dead_letters() == []
    return line


def home(draw: random.Random, agent: User) -> Listing:
    return Listing(
        slug="a-home",
        title=sentence(draw, 6)[:120],
        description=sentence(draw, 30),
        address=f"{draw.randint(1, 9999)} {draw.choice(WORDS)} Street"[:120],
        neighbourhood=draw.choice(PLACES),
        zip_code=f"436{draw.randint(10, 20)}",
        price=draw.choice([1, 99_000, 250_000, 2**31 - 1]),
        previous_price=draw.choice([None, 300_000]),
        beds=draw.randint(0, 4),
        baths=draw.randint(0, 3),
        half_baths=draw.randint(0, 1),
        rooms=draw.randint(1, 9),
        living_area=draw.choice([800, 1450, 2500]),
        lot_size=draw.choice([0, 6000]),
        stories=draw.choice(["One", "Two"]),
        wall=draw.choice(["Brick", "Wood", "Stone"]),
        garage=draw.choice(["Attached", "None"]),
        garage_area=draw.randint(0, 500),
        year_built=draw.randint(1890, 2020),
        latitude=41 + draw.random(),
        longitude=-83 - draw.random(),
        status=draw.choice(["draft", "active", "active", "pending", "sold", "withdrawn"]),
        agent=agent,
        listed_at=f"2026-03-0{draw.randint(1, 9)}T10:00:00Z",
    )


def rows() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(l) - 'seller_name' - 'search_vector' FROM listings_listing l"
        )
        return [json.loads(row) if isinstance(row, str) else row for (row,) in cursor.fetchall()]


def test_texts_have_the_lexemes_and_positions_that_postgresql_gives_them() -> None:
    draw = random.Random(11)
    texts = [sentence(draw, 8) for _ in range(1000)]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT (SELECT coalesce(jsonb_object_agg(place, lexeme), '{}')
                       FROM unnest(to_tsvector('english', text)), unnest(positions) AS place)
               FROM unnest(%s::text[]) WITH ORDINALITY AS asked (text, number) ORDER BY number""",
            [texts],
        )
        given = [json.loads(row) if isinstance(row, str) else row for (row,) in cursor.fetchall()]
    for text, expected in zip(texts, given, strict=True):
        assert placed(lexemes(text)) == expected, text
        assert placed(indexed_form(text).split(" ")) == expected, text


def placed(found: list[str]) -> dict[str, str]:
    return {str(at): word for at, word in enumerate(found, start=1) if word not in ("", GAP)}


@on_both_engines
def test_words_find_the_homes_that_postgresql_finds(stocked: SearchLine) -> None:
    draw = random.Random(12)
    view = stocked.reader().view()
    found_something = 0
    for _ in range(1000):
        words = question(draw)
        criteria = Criteria(statuses=LISTED, has_words=True, words=parse(words))
        found = {row["id"] for row in view.select(criteria).rows(0, 1000)}
        assert found == found_by_postgresql(words), words
        found_something += bool(found)
    assert found_something > 500


def found_by_postgresql(words: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id FROM listings_listing
               WHERE search_vector @@ websearch_to_tsquery('english', %s)
               AND status IN ('active', 'pending', 'sold')""",
            [words],
        )
        return {number for (number,) in cursor.fetchall()}


def box(draw: random.Random) -> str:
    south, west = 41 + draw.random(), -84 + draw.random()
    height = draw.choice([0.2, 0.5, 0.000001, -1])
    return f"{south:.6f}, {west:.3f},{south + height},{west + 0.5:.6f}"


def nearest(draw: random.Random) -> dict[str, object]:
    miles = draw.choice(["", "0.5", "10", "25", "50"])
    near = f"{41 + draw.random():.6f},{-84 + draw.random():.6f}"
    return {"near": near, "within": miles, "sort": draw.choice(["", "distance", "price_asc"])}


def addresses(draw: random.Random, count: int) -> Iterator[str]:
    fields: dict[str, Callable[[], object]] = {
        "q": lambda: question(draw),
        "price_min": lambda: draw.choice([0, 99_000, -1, "x"]),
        "price_max": lambda: draw.choice([99_000, 250_000, 2**31]),
        "beds_min": lambda: draw.randint(0, 4),
        "baths_min": lambda: draw.randint(0, 3),
        "area_min": lambda: 1000,
        "area_max": lambda: 2000,
        "lot_min": lambda: 1,
        "lot_max": lambda: draw.choice([0, 5000]),
        "year_min": lambda: 1950,
        "year_max": lambda: draw.choice([1950, "1950.5"]),
        "stories": lambda: draw.choice(["One", "Nine"]),
        "wall": lambda: "Brick",
        "garage": lambda: "None",
        "neighbourhood": lambda: draw.choice(PLACES),
        "status": lambda: draw.choice(["", "active", "pending", "sold", "any", "draft"]),
        "sort": lambda: draw.choice(["newest", "price_asc", "price_desc", "area_desc", "best"]),
        "box": lambda: box(draw),
        "near": lambda: f"{41 + draw.random()},{-83.5 + draw.uniform(-0.2, 0.2):.4f}",
        "within": lambda: draw.choice(["", "5", "1", "far"]),
        "view": lambda: draw.choice(["list", "map", "map", "globe"]),
        "nearest": lambda: nearest(draw),
        "page": lambda: draw.choice([1, 2, 3, 99, 0, "x", ""]),
        "utm_source": lambda: "mail",
    }
    for _ in range(count):
        asked = {name: fields[name]() for name in draw.sample(list(fields), draw.choice([0, 1, 2]))}
        asked |= cast(dict[str, object], asked.pop("nearest", {}))
        path = draw.choice(["/search", "/search", "/api/v1/search"])
        yield f"{path}?{urlencode(asked)}"


SENT_BY_ONE_SIDE = {"X-Served-By"}


def answers(client: Client, asked: list[str]) -> list[tuple[int, dict[str, str], str]]:
    return [told(client.get(address)) for address in asked]


def told(answer: Any) -> tuple[int, dict[str, str], str]:
    # Django masks the token anew for every page.
    text = re.sub(r'(csrfmiddlewaretoken" value=")[^"]*', r"\1", answer.content.decode())
    headers = {name: value for name, value in answer.items() if name not in SENT_BY_ONE_SIDE}
    return answer.status_code, headers, text


def unhurried_browser(settings: Settings, line: SearchLine) -> Client:
    """Give a browser that asks so much that the index grows old meanwhile."""
    browser = browser_of_search(settings, line)
    settings.SEARCH_STALE_SECONDS = 3600
    return browser


def same_from_both(
    line: SearchLine, settings: Settings, monolith: Client, asked: list[str]
) -> list[tuple[int, dict[str, str], str]]:
    """Compare what both sides answer somebody, and return it."""
    # The first answer gives a visitor their identity, on the one side that may.
    monolith.get("/search")
    by_monolith = answers(monolith, asked)
    search = unhurried_browser(settings, line)
    search.cookies = monolith.cookies
    compare(asked, by_monolith, answers(search, asked))
    return by_monolith


@on_both_engines
def test_a_visitor_gets_the_same_bytes_from_both_sides(
    stocked: SearchLine, settings: Settings
) -> None:
    same_from_both(stocked, settings, Client(), list(addresses(random.Random(13), 60)))


@on_both_engines
def test_an_agent_gets_the_same_bytes_from_both_sides(
    stocked: SearchLine, agent: User, settings: Settings
) -> None:
    monolith = Client()
    monolith.force_login(agent)
    asked = list(addresses(random.Random(14), 30))
    told = same_from_both(stocked, settings, monolith, asked)
    assert any("My listings" in text and "Ada O&#x27;Brien" in text for _, _, text in told)


@on_both_engines
def test_places_are_cut_and_sorted_alike(stocked: SearchLine, settings: Settings) -> None:
    draw = random.Random(15)
    asked = [f"/api/v1/search?{urlencode(somewhere(draw))}" for _ in range(60)]
    by_monolith = answers(Client(), asked)
    assert sum('"distance_m":' in text for _, _, text in by_monolith) > 20
    compare(asked, by_monolith, answers(unhurried_browser(settings, stocked), asked))


@on_both_engines
def test_maps_and_help_have_the_same_bytes(stocked: SearchLine, settings: Settings) -> None:
    draw = random.Random(16)
    asked = [
        *(f"/search?{urlencode({**somewhere(draw), 'view': 'map'})}" for _ in range(15)),
        *("/search?view=map", "/search?view=map&status=any&neighbourhood=Sylvania"),
        *("/search?q=garage&beds_min=4&price_max=5", "/search?view=map&box=1,2,3,4&wall=Stone"),
    ]
    by_monolith = answers(Client(), asked)
    assert sum('class="area"' in text for _, _, text in by_monolith) > 5
    assert sum(">Without " in text for _, _, text in by_monolith) > 1
    by_search = answers(unhurried_browser(settings, stocked), asked)
    for address, one, other in zip(asked, by_monolith, by_search, strict=True):
        assert without_token(other) == without_token(one), address


@on_both_engines
def test_hostile_questions_get_the_same_bytes_from_both_sides(
    stocked: SearchLine, settings: Settings
) -> None:
    asked = [
        f"{path}?{question}" for path in ("/search", "/api/v1/search") for question in questions()
    ]
    same_from_both(stocked, settings, Client(), asked)


def without_token(answer: tuple[int, dict[str, str], str]) -> tuple[int, str]:
    return answer[0], answer[2]


def somewhere(draw: random.Random) -> dict[str, object]:
    place = {**nearest(draw), "page": draw.choice([1, 2, 5]), "status": draw.choice(["", "any"])}
    return {**place, "box": box(draw)} if draw.random() < 0.3 else place


def compare(asked: list[str], expected: list[Any], given: list[Any]) -> None:
    for address, one, other in zip(asked, expected, given, strict=True):
        assert other == one, address
    assert {status for status, _, _ in given} == {200, 400}
