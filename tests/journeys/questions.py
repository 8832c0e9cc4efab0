"""What both searches are asked: what people ask, whatever else may be combined, and nonsense.

Leaves: query strings, the same ones every time. Half of those that are generated are of the
benchmark's mix of what many ask, the others of chance, which reaches what nobody asks; what was
recorded are walks along the pages' own links and forms (`recording.py`).
"""

import random
from collections.abc import Iterator
from urllib.parse import urlencode

from tests.bench.searching.questions import questions
from tests.journeys.recording import FILE

_WORDS = (
    "brick ranch", "hardwood floors", "two-bedroom", "fireplace", "garage", "quiet street",
    '"covered porch"', "colonial -brick", "deck or patio", "43614", "maple", "restored",
    "the", "of and the", "tree-lined", "Arrowhead Park", "garden tools", "room for bicycles",
    "nothing-like-this", "-ranch", '"hardwood floors" -deck', "1456 square feet", "LOVINGLY",
)  # fmt: skip
_CHOICES = {
    "beds_min": ("1", "2", "3", "4"),
    "baths_min": ("1", "2", "3"),
    "area_min": ("800", "1500", "2500"),
    "area_max": ("1200", "4000"),
    "price_min": ("20000", "60000", "150000"),
    "price_max": ("50000", "90000", "400000"),
    "lot_min": ("4000", "12000"),
    "lot_max": ("5000", "20000"),
    "year_min": ("1900", "1950", "1980"),
    "year_max": ("1940", "1999"),
    "garage": ("Attached", "Detached", "No garage", "Helipad"),
    "wall": ("Brick", "Wood"),
    "stories": ("One", "Two"),
    "neighbourhood": ("Arrowhead Park", "Linden Square"),
    "status": ("", "active", "pending", "sold", "any"),
    "sort": ("newest", "price_asc", "price_desc", "area_desc"),
    "near": ("41.65,-83.55", "41.7321, -83.2"),
    "within": ("0.5", "2", "5", "50"),
    "view": ("list", "map"),
    "box": ("41.62,-83.62,41.68,-83.5", "41.655,-83.56,41.656,-83.5"),
    "page": ("1", "2", "3", "17", "9999"),
}
# What nobody types but somebody sends; both sides refuse it in the same words.
_BAD = (
    "price_min=-1",
    "page=x",
    "sort=best",
    "beds_min=99999999999",
    "q=" + "a" * 201,
    "q=%00",
    "box=1,2,1,3",
    "near=nan,0",
    "q=%3Cscript%3E%26%22'&neighbourhood=%3Cb%3E",
    "utm_source=mail&q=garage&q=porch",
)


def asked(number: int) -> list[str]:
    """Return that many query strings."""
    usual = [urlencode(question) for question in questions(number // 2)]
    return ["", *_BAD, *usual, *_by_chance(number)][:number]


def recorded() -> list[str]:
    """Return the query strings that the pages led to."""
    return FILE.read_text().splitlines()


def _by_chance(number: int) -> Iterator[str]:
    chance = random.Random(20)
    for _ in range(number):
        names = chance.sample(sorted(_CHOICES), chance.randint(0, 4))
        parameters = {name: chance.choice(_CHOICES[name]) for name in names}
        if "near" in parameters and chance.random() < 0.5:
            parameters["sort"] = "distance"
        if chance.random() < 0.6:
            parameters["q"] = chance.choice(_WORDS)
        yield urlencode(parameters)
