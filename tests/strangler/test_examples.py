"""An example fits its expression, or there is none."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler.examples import example


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("/a|/b", "/a"),
        ("/(?:old|new)/[0-9]{4}", "/old/7777"),
        (r"/\d+/\w/[^/x]+\.html", "/7/x/7.html"),
        ("/(?P<word>[q-z]+)-(?P=word)", "/x-x"),
        ("/x?(?i:Y)*.", "/x"),
        ("^/[^\\W\\d]$", "/x"),
        # What looks ahead may want what nobody guesses.
        ("/(?=secret).*", ""),
        ("/a(?!)", ""),
    ],
)
def test_of_alternatives_the_first_is_taken(expression: str, found: str) -> None:
    assert example(expression) == found


@given(
    st.lists(st.sampled_from(["a", "(b|c)", "[d-f]", ".", "g*", "h+", "(?:i|)", "[^x]", "j{2}"]))
)
def test_an_example_fits_whatever_it_is_put_together_of(parts: list[str]) -> None:
    assert re.fullmatch("".join(parts), example("".join(parts)))
