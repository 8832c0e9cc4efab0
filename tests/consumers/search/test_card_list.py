"""A card that is written once is what the template says in the page's own loop."""

import json
from typing import Any

import pytest
from django.template import engines

from consumers.search.card_list import items
from consumers.search.cards import as_card
from consumers.search.results import distances, with_distances

LOOP = '{% for home in homes %}{% include "search_service/card.html" %}{% endfor %}'


def home(number: int, **differences: Any) -> dict[str, Any]:
    facts = {
        **{"id": number, "slug": "a-home", "title": f"Home <{number}> & Co", "price": 90_000},
        **{"previous_price": None, "beds": 3, "baths": 1, "half_baths": 1, "living_area": 1200},
        **{"lot_size": 0, "year_built": 1950, "stories": "Two", "wall": "Brick"},
        **{"garage": "Attached", "neighbourhood": "Old West End", "address": "1 Elm Street"},
        **{"zip_code": "43606", "latitude": 41.6, "longitude": -83.5, "status": "active"},
    }
    return facts | differences


@pytest.mark.parametrize("near", ["", "41.7,-83.5"])
@pytest.mark.parametrize("are_numbered", [True, False])
def test_items_are_those_of_the_template(near: str, are_numbered: bool) -> None:
    odd = {"neighbourhood": "<b>West & 'East'", "slug": 'a"b', "garage": "", "stories": "?"}
    homes = [home(1), home(2, previous_price=95_000, status="sold"), home(3, **odd)]
    rows = with_distances(homes, near)
    context = {"homes": [as_card(row) for row in rows], "chart": are_numbered}
    expected = engines["django"].from_string(LOOP).render(context)
    packed = list(map(json.dumps, homes))
    for _ in range(2):
        assert items(packed, distances(packed, near), are_numbered=are_numbered) == expected


def test_a_home_that_changed_is_written_anew() -> None:
    before = items([json.dumps(home(1))], [None], are_numbered=False)
    reduced = json.dumps(home(1, price=80_000, previous_price=90_000))
    after = items([reduced], [None], are_numbered=False)
    assert "$80,000" in after
    assert "$80,000" not in before
