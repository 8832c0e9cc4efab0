"""The words of a search as a tree."""

import pytest

from consumers.criteria.query import Either, Every, Node, Phrase, Without, bare_words, parse, wanted

BRICK, PORCH = Phrase(((0, "brick"),)), Phrase(((0, "porch"),))


@pytest.mark.parametrize(
    ("words", "tree"),
    [
        ("brick", BRICK),
        ("Bricks porches", Every((BRICK, PORCH))),
        ("brick or porch", Either((BRICK, PORCH))),
        ("brick OR porch brick", Either((BRICK, Every((PORCH, BRICK))))),
        ("brick -porch", Every((BRICK, Without(PORCH)))),
        ("--brick", BRICK),
        ("-the brick", BRICK),
        ('"brick porch"', Phrase(((0, "brick"), (1, "porch")))),
        ('"brick of the porch"', Phrase(((0, "brick"), (3, "porch")))),
        ('"the brick', BRICK),
        ("two-car", Phrase(((0, "two-car"), (1, "two"), (2, "car")))),
        ("brick or", BRICK),
        ("or brick", BRICK),
        ("brick or or porch", Either((BRICK, PORCH))),
        ("brick orporch", Every((BRICK, Phrase(((0, "orporch"),))))),
        ("brick & (porch", Every((BRICK, PORCH))),
        ("brick:porch", Every((BRICK, PORCH))),
        ("the of", None),
        ('""', None),
        ("-", None),
    ],
)
def test_words_become_a_tree(words: str, tree: Node | None) -> None:
    assert parse(words) == tree


def test_a_question_of_nothing_but_operators_ends() -> None:
    assert parse("-" * 199) is None
    assert parse('"' * 199) is None
    assert parse("or " * 66) is None


@pytest.mark.parametrize(
    ("words", "bare"),
    [
        ("Brick porch", ["Brick", "porch"]),
        ('brick "old porch" -carport (roof', ["brick", "roof"]),
        ("brick or porch OR", ["brick", "porch", "OR"]),
        ("--brick or", ["brick", "or"]),
        ('-"old porch" or brick', ["brick"]),
        ("", []),
    ],
)
def test_bare_words_are_neither_quoted_nor_left_out_nor_operators(
    words: str, bare: list[str]
) -> None:
    assert [words[start:end] for start, end in bare_words(words)] == bare


def test_what_is_left_out_is_not_wanted() -> None:
    tree = parse("brick -carport or porch brick")
    assert tree is not None
    assert wanted(tree) == [BRICK, PORCH, BRICK]
