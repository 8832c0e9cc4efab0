"""Tokens, stems and gaps by example; `test_parity` compares them with the database itself."""

import pytest

from consumers.criteria.text.lexemes import GAP, indexed_form, lexemes

EXAMPLES = [
    ("A two-car garage", [GAP, "two-car", "two", "car", "garag"]),
    ("the garage's 1,450 sq. ft.", [GAP, "garag", GAP, "1", "450", "sq", "ft"]),
    ("2.5 baths, 3-bedroom", ["2.5", "bath", "3", "bedroom"]),
    ("1st-floor w/d and/or A/C", ["1st-floor", "1st", "floor", "w/d", "and/or", "a/c"]),
    ("ask ada@homes.example.com", ["ask", "ada@homes.example.com"]),
    ("http://homes.com/a?b=c", ["homes.com/a?b=c", "homes.com", "/a?b=c"]),
    ("built 1990s, -5 +6 1e5", ["built", "1990s", "-5", "+6", "1e5"]),
    ("<b>bold</b> &amp; plain", ["bold", "plain"]),
    ("evening organization", ["even", "organ"]),
    ("Café naïve", ["café", "naïv"]),
    ("½ acre, 20 m²", ["acr", "20", "m"]),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_text_becomes_lexemes_with_gaps_for_stop_words(text: str, expected: list[str]) -> None:
    assert lexemes(text) == expected


@pytest.mark.parametrize("text", [text for text, _ in EXAMPLES])
def test_the_indexed_form_holds_the_same_lexemes(text: str) -> None:
    assert indexed_form(text).split(" ") == (lexemes(text) or [""])


def test_a_token_too_long_to_be_indexed_leaves_no_gap() -> None:
    assert lexemes(f"brick {'x' * 3000} wall") == ["brick", "wall"]


@pytest.mark.parametrize(
    "part", ["a.", "a-", "/", "<a ", "1.", "-", "a@", "x:", "a1", "é", "~/", "&#"]
)
def test_hostile_text_is_cut_in_bounded_time(part: str) -> None:
    # Quadratic work on this much text would run into the test's own time limit.
    lexemes(part * 20_000)
