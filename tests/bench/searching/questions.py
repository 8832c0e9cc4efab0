"""What people ask a search for homes, a thousand times over: the same questions every time.

Leaves: parameters of `/search`. A few words are asked for again and again and most of them
seldom (Zipf); two or three filters go with them, an order, a part of the map, a later page.
Every answer carries all facets.
"""

from collections.abc import Callable, Sequence
from random import Random

Question = dict[str, str]

_SEED = 17
# The most wanted first: a word's share is one by its rank.
WORDS = (
    *("garage", "ranch", "brick", "fireplace", "basement", "hardwood floors", "deck", "colonial"),
    *("porch", "quiet", "finished basement", "fenced", "bungalow", "family room", "Cape Cod"),
    *("updated kitchen", "new windows", '"covered porch"', "patio", "breakfast nook", "Victorian"),
    *("split-level", "park", "schools", "three-bedroom brick ranch", "ranch -carport", "43614"),
    *("central air", "garden tools", "home office", '"soaking tub"', "cottage or bungalow"),
    *("maples", "move-in-ready", "warranty", "storage shed", "farmers' market", "play room"),
    *('"built-in bookcases"', "stone", "workshop", "walk-in closets", "tree-lined -colonial"),
    *("Arrowhead Park", "Linden Square", "ceramic tile", "first-floor laundry", "bicycles"),
    *("two-story home fireplace deck", '"wood-burning fireplace" -basement', "perennial beds"),
)
PRICES = ("40000", "60000", "80000", "100000", "150000", "250000")
# Where people live: towards the middle of the county.
SOUTH, WEST, NORTH, EAST = 41.56, -83.72, 41.72, -83.46


def questions(number: int, turn: int = 0) -> list[Question]:
    """Return that many, others for each turn."""
    draw = Random(_SEED + turn)
    return [_question(draw) for _ in range(number)]


def _question(draw: Random) -> Question:
    asked: Question = {}
    if draw.random() < 0.7:
        asked["q"] = _by_rank(draw, WORDS)
    for name in draw.sample(list(_FILTERS), draw.choices((0, 1, 2, 3), (2, 4, 3, 1))[0]):
        asked[name] = _FILTERS[name](draw)
    chance = draw.random()
    if chance < 0.15:
        asked |= _circle(draw)
    elif chance < 0.3:
        asked |= _box(draw)
    elif draw.random() < 0.4:
        asked["sort"] = draw.choice(("price_asc", "price_desc", "area_desc"))
    if draw.random() < 0.2:
        asked["page"] = str(1 + min(20, int(draw.expovariate(0.5)) + 1))
    return asked


def _by_rank(draw: Random, values: Sequence[str]) -> str:
    return draw.choices(values, [1 / rank for rank in range(1, len(values) + 1)])[0]


_FILTERS: dict[str, Callable[[Random], str]] = {
    "price_min": lambda draw: draw.choice(PRICES[:3]),
    "price_max": lambda draw: draw.choice(PRICES[2:]),
    "beds_min": lambda draw: _by_rank(draw, ("3", "2", "4", "5")),
    "baths_min": lambda draw: _by_rank(draw, ("2", "1", "3")),
    "area_min": lambda draw: draw.choice(("1000", "1500", "2000")),
    "year_min": lambda draw: draw.choice(("1950", "1970", "1990")),
    "stories": lambda draw: _by_rank(draw, ("One", "Two", "One and a half")),
    "wall": lambda draw: _by_rank(draw, ("Brick", "Wood", "Stone")),
    "garage": lambda draw: _by_rank(draw, ("Attached", "Detached")),
    "neighbourhood": lambda draw: draw.choice(("Arrowhead Park", "Linden Square")),
    "status": lambda draw: _by_rank(draw, ("any", "sold", "active", "pending")),
}


def _circle(draw: Random) -> Question:
    near = f"{draw.uniform(SOUTH, NORTH):.4f},{draw.uniform(WEST, EAST):.4f}"
    within = _by_rank(draw, ("2", "1", "5", "0.5", "10"))
    return {"near": near, "within": within, **({"sort": "distance"} if draw.random() < 0.6 else {})}


def _box(draw: Random) -> Question:
    size = draw.choice((0.01, 0.03, 0.08))
    south, west = draw.uniform(SOUTH, NORTH), draw.uniform(WEST, EAST)
    box = f"{south:.4f},{west:.4f},{south + size:.4f},{west + size * 1.3:.4f}"
    return {"box": box, **({"view": "map"} if draw.random() < 0.5 else {})}
