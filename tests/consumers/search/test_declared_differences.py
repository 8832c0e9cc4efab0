"""Where the search differs from the monolith: what the route's file accepts, no more.

Each that is declared has an example here, which differs as declared. One that no longer does is to
be taken out of the file.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from consumers.criteria.text.lexemes import GAP, lexemes
from monolith.accounts.models import User
from stack.environment import ROOT
from strangler.routes.reading import load
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine, Sign, browser_of_search

pytestmark = pytest.mark.django_db

# Beginning of what the file declares → text → its words here, and in PostgreSQL, by their places.
WORDS = {
    "words inside <script>": {
        "<script>porch</script> deck": ({1: "porch", 2: "deck"}, {1: "deck"}),
        "<style>porch</style> deck": ({1: "porch", 2: "deck"}, {1: "deck"}),
    },
    "letters outside ASCII": {
        "\u0130stanbul": ({1: "i\u0307stanbul"}, {1: "istanbul"}),
        "\u24d0 deck": ({1: "deck"}, {1: "\u24d0", 2: "deck"}),
    },
    "paths with more than 32": {
        "../" * 34 + "x": ({1: "..", 2: "/" + "../" * 32 + "x"}, {1: "../" * 34 + "x"}),
    },
    "places of a word behind its 255th": {
        "porch " * 300: (
            dict.fromkeys(range(1, 301), "porch"),
            dict.fromkeys(range(1, 256), "porch"),
        ),
    },
}


@pytest.fixture
def stocked(line: SearchLine) -> SearchLine:
    line.save(row(id=1))
    line.run()
    return line


# Beginnings of what the file declares, of each that a test here shows.
SHOWN = [*WORDS]
Test = Callable[..., None]


def shows(beginning: str) -> Callable[[Test], Test]:
    SHOWN.append(beginning)
    return lambda test: test


def test_each_declared_difference_has_one_example_and_each_example_is_of_one() -> None:
    (route,) = (each for each in load(ROOT / "strangler/routes/routes.toml") if each.id == "search")
    declared = [each.difference for each in route.accepted]
    found = Counter(
        (difference, beginning)
        for difference in declared
        for beginning in SHOWN
        if difference.startswith(beginning)
    )
    assert [difference for difference, _ in found] == declared
    assert sorted(beginning for _, beginning in found) == sorted(SHOWN)


@shows("the CSRF token in the log-out form")
def test_a_token_is_another_one_at_every_rendering(stocked: SearchLine, settings: Settings) -> None:
    monolith = Client()
    monolith.force_login(User.objects.create_user("uma", "uma@homes.example"))
    pages = [monolith.get("/search").content.decode() for _ in range(2)]
    search = browser_of_search(settings, stocked)
    search.cookies = monolith.cookies
    pages.append(search.get("/search").content.decode())
    tokens = [re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)', page) for page in pages]
    assert len({token for (token,) in tokens}) == 3


@shows("the order of the rules in Content-Security-Policy")
@pytest.mark.parametrize("side", ["consumers.search.settings", "tests.settings"])
def test_each_process_writes_the_rules_in_an_order_of_its_own(side: str) -> None:
    policies = [policy_of_a_process(side, seed) for seed in (1, 2)]
    assert policies[0] != policies[1]
    assert len({frozenset(policy.split("; ")) for policy in policies}) == 1


def policy_of_a_process(side: str, seed: int) -> str:
    code = "from csp.utils import build_policy; print(build_policy())"
    own = {"DJANGO_SETTINGS_MODULE": side, "DEBUG": "true", "PYTHONHASHSEED": str(seed)}
    command = [sys.executable, "-c", code]
    return subprocess.check_output(command, cwd=ROOT, env=os.environ | own, text=True).strip()


@pytest.mark.parametrize("difference", WORDS)
def test_words_differ_as_declared(difference: str) -> None:
    for text, (ours, theirs) in WORDS[difference].items():
        found = enumerate(lexemes(text), start=1)
        assert {at: word for at, word in found if word not in ("", GAP)} == ours
        assert by_postgresql(text) == theirs


def test_places_behind_the_16383rd_are_the_same_one_to_postgresql() -> None:
    text = "porch " + "the " * 16_400 + "deck garden"
    assert lexemes(text)[-2:] == ["deck", "garden"]
    assert len(lexemes(text)) == 16_403
    assert by_postgresql(text) == {1: "porch", 16_383: "garden"}


@shows("the cookie banyan_id: ")
def test_only_the_monolith_sets_and_renews_the_identity(
    stocked: SearchLine, settings: Settings, sign: Sign
) -> None:
    kept = {"banyan_id": visitor(sign, lifetime=600)}, {"banyan_id": visitor(sign)}
    first, half, full = asked_of_both(stocked, settings, "/search", {}, *kept)
    for (monolith, search), is_set in ((first, True), (half, True), (full, False)):
        assert ("banyan_id" in monolith.cookies) is is_set
        assert "banyan_id" not in search.cookies


@shows("the cookies banyan_fresh…: ")
def test_only_the_search_takes_freshness_back(
    stocked: SearchLine, settings: Settings, sign: Sign
) -> None:
    seen = {"banyan_fresh_1": sign(pairs={"listing": {"1": 1}})}
    ((monolith, search),) = asked_of_both(stocked, settings, "/search", seen)
    assert "banyan_fresh_1" not in monolith.cookies
    assert search.cookies["banyan_fresh_1"].value == ""


@shows("where the monolith has nothing: ")
@pytest.mark.parametrize(
    ("path", "differ"),
    {
        "/search/scripts/area.js": {"Content-Type", "Content-Length", "Cache-Control"},
        "/api/v1/search/clusters": {"Cache-Control", "Vary"},
    }.items(),
)
def test_where_the_monolith_has_nothing_the_404_differs_as_declared(
    stocked: SearchLine, settings: Settings, sign: Sign, path: str, differ: set[str]
) -> None:
    ((monolith, search),) = asked_of_both(stocked, settings, path, {"banyan_id": visitor(sign)})
    assert monolith.status_code == search.status_code == 404
    assert search["Cache-Control"] == "private, no-cache"
    found = {name for name, _ in monolith.headers.items() ^ search.headers.items()}
    # The first tells the sides apart; the rules of the other are a set.
    assert found - {"X-Served-By", "Content-Security-Policy"} == differ
    assert ("Content-Type" in differ) is (monolith.content != search.content)


def visitor(sign: Sign, lifetime: int = 3600) -> str:
    """Give an identity as the monolith writes it."""
    claims = {"bucket": 1, "name": "", "staff": False, "groups": ",", "session": ""}
    return sign(lifetime, sub="v:1", **claims)


def asked_of_both(
    line: SearchLine, settings: Settings, path: str, *cookies: dict[str, str]
) -> list[tuple[Any, Any]]:
    """Ask the monolith, then the search, once with each of the cookies."""
    monolith = [asked_with(Client(), path, each) for each in cookies]
    search = [asked_with(browser_of_search(settings, line), path, each) for each in cookies]
    return list(zip(monolith, search, strict=True))


def asked_with(browser: Client, path: str, cookies: dict[str, str]) -> Any:
    browser.cookies.load(cookies)
    return browser.get(path)


def by_postgresql(text: str) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT place, lexeme
               FROM unnest(to_tsvector('english', %s)), unnest(positions) AS place""",
            [text],
        )
        return dict(cursor.fetchall())
