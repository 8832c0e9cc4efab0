"""People's saved searches and the homes that are matched with them, the same at every run.

Enters: numbers. Leaves: criteria as the monolith saves them, and homes. Every search asks for a
price, rooms and a size; a half for a neighbourhood, seven in ten for a type, three for words, some
of them a phrase or a word that must not be there, and four for a part of the map.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

_SEED = 4
_NEIGHBOURHOODS = tuple(f"Quarter {number}" for number in range(50))
_WALLS = ("brick", "stone", "wood")
# Words as often as in a language: the first is said a hundred times as often as the hundredth.
_LETTERS = "abcdefghijklmnoprstuvw"
_WORDS = 3000
_SAID = 90


def searches(number: int) -> Iterator[dict[str, Any]]:
    """Yield that many searches, by the names of the search page's parameters."""
    chance = Random(_SEED)
    language = _Language(chance)
    for _ in range(number):
        yield _search(chance, language)


def homes(number: int) -> Iterator[dict[str, Any]]:
    """Yield that many homes for sale, by the names of a listing's columns."""
    chance = Random(_SEED + 1)
    language = _Language(Random(_SEED))
    for count in range(1, number + 1):
        yield _home(chance, language, count)


class _Language:
    def __init__(self, chance: Random) -> None:
        self._words = ["".join(chance.choices(_LETTERS, k=_length(chance))) for _ in range(_WORDS)]
        self._weights = [1 / rank for rank in range(1, _WORDS + 1)]

    def say(self, chance: Random, count: int) -> str:
        return " ".join(chance.choices(self._words, self._weights, k=count))


def _length(chance: Random) -> int:
    return chance.randint(4, 9)


def _search(chance: Random, language: _Language) -> dict[str, Any]:
    dearest = chance.randint(60, 400) * 1000
    asked: dict[str, Any] = {
        "price_min": dearest // 2,
        "price_max": dearest,
        "beds_min": chance.randint(1, 5),
        "area_min": chance.randint(5, 30) * 100,
    }
    if chance.random() < 0.5:
        asked["neighbourhood"] = chance.choice(_NEIGHBOURHOODS)
    if chance.random() < 0.7:
        asked["wall"] = chance.choice(_WALLS)
    if chance.random() < 0.3:
        asked["q"] = _words(chance, language)
    if chance.random() < 0.4:
        asked["box"] = _box(chance)
    return asked


def _words(chance: Random, language: _Language) -> str:
    words = language.say(chance, chance.choice((1, 1, 1, 1, 2, 2, 3)))
    return f'"{words}" -{language.say(chance, 1)}' if chance.random() < 0.2 else words


def _box(chance: Random) -> str:
    south, west = 41.5 + chance.random() * 0.3, -83.8 + chance.random() * 0.4
    return f"{south:.6f},{west:.6f},{south + 0.1:.6f},{west + 0.15:.6f}"


def _home(chance: Random, language: _Language, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "version": 1,
        "slug": f"home-{number}",
        "title": f"Home {number}",
        "description": language.say(chance, _SAID),
        "address": f"{number} Front Street",
        "neighbourhood": chance.choice(_NEIGHBOURHOODS),
        "zip_code": "43601",
        "stories": "one",
        "wall": chance.choice(_WALLS),
        "garage": "",
        "status": "active",
        "price": chance.randint(50, 400) * 1000,
        "beds": chance.randint(1, 5),
        "baths": chance.randint(1, 3),
        "half_baths": 0,
        "living_area": chance.randint(500, 3500),
        "lot_size": chance.randint(1000, 20_000),
        "year_built": chance.randint(1900, 2020),
        "latitude": 41.5 + chance.random() * 0.4,
        "longitude": -83.8 + chance.random() * 0.5,
    }
