"""What people asked for, in the words and with the signs of where the homes are."""

import pytest

from consumers.notifications.sending import wording


@pytest.mark.parametrize(
    ("criteria", "words"),
    [
        ({}, "All homes for sale"),
        ({"q": "", "price_min": None}, "All homes for sale"),
        ({"q": "{0} & porch", "price_max": 1_250_000}, "Words: {0} & porch, Price to $1,250,000"),
        (
            {"area_min": 1200, "year_min": 1950, "near": "41.6,-83.5", "within": "2"},
            "Living area from 1,200 sq ft, Built in or after 1950, Near 41.6,-83.5, Within 2 miles",
        ),
    ],
)
def test_a_search_is_said_with_its_units(criteria: dict[str, object], words: str) -> None:
    assert wording.asked(criteria) == words
