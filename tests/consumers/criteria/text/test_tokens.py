"""Where the tokens of a text are in it."""

from hypothesis import given
from hypothesis import strategies as some

from consumers.criteria.text.tokens import spans

PIECES = [
    *("two-car", "garage", "Éast", "x@homes.example", "http://homes.com/a?b=c", "3-bedroom", "½"),
    *("don't", "1,450", "+5", "<b>", "&amp;", " ", "-", "İ-x", "ΑΣ-Β", "/etc/x", "1.2.3", "ﬁx"),
]
texts = some.lists(some.sampled_from(PIECES) | some.text(max_size=4)).map(" ".join)


def test_a_compound_lies_over_its_parts() -> None:
    text = "A Two-car garage"
    assert [(each.token.text, text[each.start : each.end]) for each in spans(text)] == [
        ("a", "A"),
        ("two-car", "Two-car"),
        ("two", "Two"),
        ("car", "car"),
        ("garage", "garage"),
    ]


@given(texts)
def test_every_token_is_the_text_at_its_place(text: str) -> None:
    for token, start, end in spans(text):
        assert token.text == text[start:end].lower()
