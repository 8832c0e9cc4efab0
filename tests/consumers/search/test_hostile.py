"""Questions that mean harm: a sentence or a page, in work that is bounded, on either engine."""

import json
import random
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.test import Client

from consumers.criteria.query import Either, Every, Node, Phrase, Without, parse
from consumers.runtime.web.identity import COOKIE
from consumers.search.features import Feature
from consumers.search.forms import SearchForm
from monolith.search.forms import SearchForm as MonolithsForm
from stack.environment import ROOT
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine, Sign, SwitchOn
from tests.consumers.search.engines import environment, on_both_engines
from tests.consumers.search.hostile import WORDS, addresses

# No words that the form lets through make more than so many lexemes, or a deeper tree.
LONGEST = 200
MOST_LEXEMES = LONGEST
DEEPEST = 4
# By no more may a process grow over all the questions together.
MOST_MB = 48

# What both sides answer at all.
ANY = ("/search?", "/api/v1/search?")


def size_and_depth(node: Node | None) -> tuple[int, int]:
    match node:
        case None:
            return 0, 0
        case Phrase(lexemes=lexemes):
            return len(lexemes), 1
        case Without(part=part):
            size, depth = size_and_depth(part)
            return size, depth + 1
        case Every(parts=parts) | Either(parts=parts):
            told = [size_and_depth(part) for part in parts]
            return sum(size for size, _ in told), 1 + max(depth for _, depth in told)


@pytest.mark.parametrize("name", WORDS)
def test_both_sides_refuse_the_same_words_and_those_that_pass_stay_small(name: str) -> None:
    asked = QueryDict(f"q={quote(WORDS[name])}")
    choices: dict[str, list[str]] = {
        field: [] for field in ("stories", "wall", "garage", "neighbourhood")
    }
    form, monoliths = SearchForm(asked, choices), MonolithsForm(asked, choices)
    assert form.errors == monoliths.errors
    if form.is_valid():
        size, depth = size_and_depth(parse(form.cleaned_data["q"]))
        assert size <= MOST_LEXEMES
        assert depth <= DEEPEST
    else:
        assert len(WORDS[name]) > LONGEST or "\0" in WORDS[name]


def test_no_words_of_any_kind_grow_a_larger_tree() -> None:
    draw = random.Random(17)
    pieces = [
        *"-\"'()<>&|!:*/\\.@#_~ \t",
        "or",
        " or ",
        "a",
        "b-c",
        "x.y",
        "1",
        "é",
        "the ",
        "/a",
        "&#1;",
    ]
    for _ in range(2_000):
        words = "".join(draw.choice(pieces) for _ in range(LONGEST))[:LONGEST]
        size, depth = size_and_depth(parse(words))
        assert size <= MOST_LEXEMES
        assert depth <= DEEPEST


@pytest.fixture
def stocked(line: SearchLine) -> SearchLine:
    for number in range(1, 31):
        line.save(row(id=number, latitude=41.0 + number / 100, longitude=-83.0 - number / 100))
    line.run()
    return line


ALL = pytest.mark.parametrize(
    "features", [(), tuple(Feature)], ids=["as ever", "with all features"]
)


@on_both_engines
@ALL
@pytest.mark.usefixtures("stocked")
def test_every_hostile_question_gets_a_page_or_a_sentence(
    search_client: Client, switch_on: SwitchOn, sign: Sign, features: tuple[Feature, ...]
) -> None:
    switch_on(*features)
    # Who may have the search explained.
    search_client.cookies[COOKIE] = sign(sub="u:1", staff=True)
    for address in addresses():
        answer = search_client.get(address)
        allowed = (200, 400) if address.startswith(ANY) else (200, 400, 404)
        assert answer.status_code in allowed, (address, answer.content[:300])
    whole = search_client.get("/api/v1/search?box=-90,-180,90,180").json()
    assert whole["count"] == 30
    last = search_client.get("/api/v1/search?page=2147483647").json()
    assert (last["page"], len(last["results"])) == (2, 6)
    assert search_client.get("/api/v1/search").json()["count"] == 30


@on_both_engines
@ALL
def test_each_hostile_question_takes_a_bounded_part_of_the_processor_and_all_of_them_of_memory(
    stocked: SearchLine, features: tuple[Feature, ...]
) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "tests.consumers.search.asking"],
        input=json.dumps(addresses()),
        env=environment(stocked) | {"SEARCH_FEATURES": ",".join(features)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr[-2_000:]
    told = json.loads(process.stdout.splitlines()[-1])
    assert set(told["statuses"]) <= {200, 400, 404}
    assert told["risen_mb"] < MOST_MB
