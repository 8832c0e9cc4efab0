"""Questions that mean harm: a sentence or a page, in work that is bounded, on either engine."""

import random
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.test import Client

from consumers.criteria.query import Either, Every, Node, Phrase, Without, parse
from consumers.search.forms import SearchForm
from monolith.search.forms import SearchForm as MonolithsForm
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine
from tests.consumers.search.engines import on_both_engines

# No words that the form lets through make more than so many lexemes, or a deeper tree.
LONGEST = 200
MOST_LEXEMES = LONGEST
DEEPEST = 4

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


@on_both_engines
@pytest.mark.usefixtures("stocked")
def test_every_hostile_question_gets_a_page_or_a_sentence(search_client: Client) -> None:
    for asked in questions():
        for path in ("/search", "/api/v1/search"):
            answer = search_client.get(f"{path}?{asked}")
            assert answer.status_code in (200, 400), (path, asked, answer.content[:300])
    whole = search_client.get("/api/v1/search?box=-90,-180,90,180").json()
    assert whole["count"] == 30
    last = search_client.get("/api/v1/search?page=2147483647").json()
    assert (last["page"], len(last["results"])) == (2, 6)
    assert search_client.get("/api/v1/search").json()["count"] == 30
