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

# No words that the form lets through make more than so many lexemes, or a deeper tree.
LONGEST = 200
MOST_LEXEMES = LONGEST
DEEPEST = 4
# By no more may a process grow over all the questions together.
MOST_MB = 48

# What both sides answer at all.
ANY = ("/search?", "/api/v1/search?")

WORDS = {
    "many terms": "porch " * 10_000,
    "as many as pass": "a b c d e f g h " * 12,
    "as many that are left out": "-a1 " * 50,
    "deep": "(" * 100 + "porch" + ")" * 100,
    "minus upon minus": "-" * 199 + "x",
    "quotes": '"' * 200,
    "an open phrase": '"' + "porch " * 33,
    "alternatives": "or " * 66,
    "alternatives of words": "x or y " * 28,
    "operators": "&|!():*<->\\" * 18,
    "compounds": "a-b-" * 50,
    "paths": "/a/b" * 50,
    "parents": "../" * 66,
    "dots": "a." * 100,
    "ats": "a@" * 100,
    "tags": "<" * 200,
    "an open tag": "<a " + 'b="' * 65,
    "entities": "&#" * 100,
    "digits": "1." * 100,
    "an exponent": "1e" + "9" * 198,
    "a bomb for patterns": "(a+)+$" * 33,
    "one long word": "x" * 200,
    "combining signs": "e" + "\u0301" * 199,
    "other planes": "\U0001f3e0" * 200,
    "right to left": "\u202e" * 100 + "\u0627" * 100,
    "nothing": "\0",
    "controls": "".join(map(chr, range(1, 32))) * 6,
    "the engines' own words": 'words:* OR _exists_:id AND {"match_all":{}} /.*/ [* TO *] ~9 ^9',
}
NUMBERS = (
    "1e999",
    "9" * 1000,
    "-1",
    "NaN",
    "inf",
    "٣",
    "0x10",
    "1_000",
    "2147483648",
    " 1 ",
    "1\0",
)
PLACES = (
    *("90,180", "-90,-180", "0,0", "91,0", "1e9,0", "nan,nan", "inf,0", ",", "1," * 500),
    *("0.0000000000000001,0", "41.65,-83.54\0", "４１,0"),
)
BOXES = (
    "-90,-180,90,180",
    "1,2,1,2",
    "2,2,1,1",
    "nan,nan,nan,nan",
    "0,0,1e308,1",
    "1,2,3",
    "," * 99,
)


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


def questions() -> list[str]:
    words = [f"q={quote(text)}" for text in WORDS.values()]
    numbers = [
        f"{name}={quote(number)}"
        for number in NUMBERS
        for name in ("price_min", "price_max", "year_max", "page")
    ]
    places = [f"near={quote(place)}&within=50&sort=distance" for place in PLACES]
    boxes = [f"box={quote(box)}&view=map" for box in BOXES]
    return [
        *words,
        *numbers,
        *places,
        *boxes,
        *("q=%ff%fe%00", "q=%ed%a0%80", "q=%c0%af", "neighbourhood=%ff", "%ff=%ff", "q=a&q=b&q=c"),
        *("page=2147483647", "page=2147483647&sort=price_asc", "&" * 500, "a=b&" * 500),
    ]


def wider_questions() -> list[str]:
    """Give what else may be asked where every feature is on."""
    corners = ";".join(f"{41 + number / 1000},-83" for number in range(200))
    areas = (
        *("41,-83;42,-83;42,-84", "0,0;0,0;0,0", "nan,nan;1,1;2,2", ";" * 999, corners),
        *("90,180;-90,-180;90,-180", "41,-83;42,-84;41,-84;42,-83", "1e308,0;0,1e308;1,1", "x"),
    )
    cursors = ("x", ":" * 99, "newest:behind:0", "\0", "9" * 300, "newest:behind:-1:x")
    words = [f"q={quote(text)}&explain=1&view=map" for text in WORDS.values()]
    return [
        *words,
        *(f"area={quote(area)}&view=map" for area in areas),
        *(f"cursor={quote(cursor)}" for cursor in cursors),
        *("as_typed=x&q=porhc", "explain=%ff", "q=porhc+decc+fenec+gardne", "size=999", "size=-1"),
    ]


def addresses() -> list[str]:
    """Give every question at every address that takes one."""
    asked = [*questions(), *wider_questions()]
    others = ("/search/suggestions", "/search/clusters", "/search/similar/1")
    return [
        *(f"{path}?{question}" for path in ("/search", "/api/v1/search") for question in asked),
        *(f"/api/v1{path}?{question}" for path in others for question in asked[::3]),
        *(f"/api/v1/search/similar/{number}" for number in ("0", "9" * 15, "9" * 30)),
        f"/_projection/listing/{'9' * 30}",
    ]


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
def test_hostile_questions_cost_no_more_than_a_bounded_part_of_memory_and_of_cpu(
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
