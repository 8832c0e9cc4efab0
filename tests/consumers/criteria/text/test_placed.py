"""Where the lexemes of a text are in it."""

from hypothesis import given

from consumers.criteria.text.lexemes import GAP, lexemes
from consumers.criteria.text.placed import Placed, placed
from consumers.criteria.text.tokens import spans
from tests.consumers.criteria.text.test_tokens import texts


def test_every_position_has_its_part_of_the_text() -> None:
    assert placed("The two-car") == [
        Placed(GAP, 0, 3),
        *(Placed("two-car", 4, 11), Placed("two", 4, 7), Placed("car", 8, 11)),
    ]


@given(texts)
def test_the_lexemes_are_those_of_the_index_and_lie_where_their_tokens_do(text: str) -> None:
    found = placed(text)
    assert [each.lexeme for each in found] == lexemes(text)
    assert [(each.start, each.end) for each in found] == [
        (each.start, each.end) for each in spans(text)
    ]
