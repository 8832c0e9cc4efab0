"""Synonyms: what is asked for besides what was typed, and which files are refused."""

from pathlib import Path

import pytest

from consumers.criteria.query import Either, Every, Node, Phrase, Without, parse, phrase_of
from consumers.search.words.synonyms import BadSynonyms, Synonyms, known_synonyms, load

GROUPS = (("flat", "apartment"), ("ranch", "single story", "single-story"))


def phrase(text: str) -> Phrase:
    found = phrase_of(text)
    assert found is not None
    return found


FLAT = Either((phrase("flat"), phrase("apartment")))
BRICK = phrase("brick")
SINGLE_STORY = (phrase("single story"), phrase("single-story"))


@pytest.mark.parametrize(
    ("words", "tree"),
    [
        ("flats", FLAT),
        ('"flat"', FLAT),
        ("apartment", Either((phrase("apartment"), phrase("flat")))),
        ("brick flat", Every((BRICK, FLAT))),
        ("brick or flat", Either((BRICK, FLAT))),
        ("brick -flat", Every((BRICK, Without(phrase("flat"))))),
        ('"brick flat"', phrase("brick flat")),
        ("ranches", Either((phrase("ranch"), *SINGLE_STORY))),
        ('"single story"', Either((SINGLE_STORY[0], phrase("ranch"), SINGLE_STORY[1]))),
        (
            "single story brick",
            Every(
                (
                    Either(
                        (
                            Every((phrase("single"), phrase("story"))),
                            phrase("ranch"),
                            *SINGLE_STORY,
                        )
                    ),
                    BRICK,
                )
            ),
        ),
        ("story single", Every((phrase("story"), phrase("single")))),
        ("brick", BRICK),
    ],
)
def test_a_known_entry_asks_for_any_of_its_group(words: str, tree: Node) -> None:
    asked = parse(words)
    assert asked is not None
    expansion = Synonyms(GROUPS).expanded(asked)
    assert expansion.node == tree
    assert bool(expansion.groups) == (tree != asked)


def test_the_groups_that_were_used_are_told_once() -> None:
    asked = parse("flat apartment ranch")
    assert asked is not None
    assert Synonyms(GROUPS).expanded(asked).groups == GROUPS


@pytest.mark.parametrize(
    ("groups", "complaint"),
    [
        ([["flat"]], "nothing that means the same"),
        ([["flat", "the of"]], "'the of' has nothing but stop words"),
        ([["flat", "flats"]], "'flats' is there twice"),
        ([["flat", "apartment"], ["condo", "Flats"]], "'Flats' is there twice"),
        ([["single story", "x"], ["y", '"single story"']], "is there twice"),
    ],
)
def test_groups_that_break_a_rule_are_refused(groups: list[list[str]], complaint: str) -> None:
    with pytest.raises(BadSynonyms, match=complaint):
        Synonyms(groups)


@pytest.mark.parametrize("text", ["groups = [", "group = []"])
def test_a_file_that_says_nothing_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "synonyms.toml"
    file.write_text(text)
    with pytest.raises(BadSynonyms, match=r"synonyms\.toml"):
        load(file)


def test_the_sites_own_file_is_good() -> None:
    asked = parse("flat")
    assert asked is not None
    assert known_synonyms().expanded(asked).groups == (("flat", "apartment"),)
