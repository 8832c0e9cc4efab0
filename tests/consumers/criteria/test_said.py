"""A text says what the tree of words asks for, as the index would find it."""

import pytest

from consumers.criteria.query import parse
from consumers.criteria.said import Said

HOME = "Sunny flat, 12 Main Street. The kitchen has a breakfast nook and no carport."


@pytest.mark.parametrize(
    ("words", "is_said"),
    [
        ("sunny", True),
        ("kitchens", True),
        ("kitchen nook", True),
        ("kitchen garage", False),
        ("garage or nook", True),
        ("garage or porch", False),
        ('"breakfast nook"', True),
        ('"nook breakfast"', False),
        ('"nook and no carport"', True),
        ('"nook no carport"', False),
        ("-garage", True),
        ("sunny -carport", False),
        ('-"breakfast carport" nook', True),
        ("12", True),
    ],
)
def test_words_are_said_or_not(words: str, is_said: bool) -> None:
    tree = parse(words)
    assert tree is not None
    assert Said(HOME).says(tree) is is_said


def test_an_empty_text_says_nothing_but_what_is_left_out() -> None:
    nook, no_nook = parse("nook"), parse("-nook")
    assert nook is not None
    assert no_nook is not None
    assert not Said("").says(nook)
    assert Said("").says(no_nook)
