"""Marked words: exactly those that match, and HTML that stays HTML."""

import re
from html import unescape
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as some

from consumers.criteria.query import Node, parse
from consumers.criteria.text.lexemes import lexemes
from consumers.search.words.highlights import excerpt, marked, matches

WORDS = [
    *("porch", "Porches", "brick", "two-car", "car", "the", "garage's", "<b>", "</mark>", "&amp;"),
    *("&", '"', "<script>", "http://homes.com/porch", "3-bedroom", "bedroom", "…", "porch&lot"),
]
texts = some.lists(some.sampled_from(WORDS) | some.text(max_size=3), max_size=60).map(" ".join)
questions = some.sampled_from(
    [
        "porch",
        "brick porch",
        '"brick porch"',
        "car",
        "two-car",
        "brick -porch",
        "porch or 3-bedroom",
    ]
)


class Marks(HTMLParser):
    """Takes HTML apart again."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""
        self.marked: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.tags[-1:] == ["mark"]:
            self.marked[-1] += data


def tree(words: str) -> Node:
    found = parse(words)
    assert found is not None
    return found


def marks(text: str, words: str) -> list[str]:
    return re.findall(r"<mark>(.*?)</mark>", marked(text, tree(words)))


def test_words_are_marked_by_their_stems_and_whole() -> None:
    assert marks("Porches, porchlight & a PORCH.", "porch") == ["Porches", "PORCH"]
    assert marks("A two-car garage", "cars") == ["car"]
    assert marks("A two-car garage", "two-car") == ["two-car"]
    assert marks("brick or porch", "brick -porch") == ["brick"]


def test_a_phrase_is_marked_only_where_it_stands_as_asked() -> None:
    assert marks("brick, a brick porch, porch", '"brick porch"') == ["brick", "porch"]
    assert marks("roof of slate", '"roof of slate"') == ["roof", "slate"]
    assert marks("roof the slate", '"roof slate"') == []


def test_an_excerpt_shows_the_first_match_and_its_surroundings() -> None:
    text = f"{'Many words say little. ' * 20}Here is a porch. {'And so it goes on. ' * 20}"
    shown = unescape(str(excerpt(text, tree("porch"))))
    assert "Here is a <mark>porch</mark>. And so" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 240
    assert excerpt(text, tree("turret")) == ""
    assert excerpt("A porch", tree("porch")) == "A <mark>porch</mark>"


@given(texts, questions)
def test_marking_changes_nothing_but_for_the_marks(text: str, words: str) -> None:
    found = Marks(marked(text, tree(words)))
    assert found.text == text
    assert found.tags == ["mark", "/mark"] * (len(found.tags) // 2)
    assert found.marked == [text[start:end] for start, end in matches(text, tree(words))]


@given(texts)
def test_exactly_the_matching_words_are_marked(text: str) -> None:
    found = [text[start:end] for start, end in matches(text, tree("porch"))]
    assert len(found) == lexemes(text).count("porch")
    assert all(lexemes(each) in (["porch"], lexemes("porch")) for each in found)


@given(texts, questions)
def test_an_excerpt_is_a_part_of_the_text_with_whole_marks(text: str, words: str) -> None:
    html = str(excerpt(text, tree(words)))
    found = Marks(html.removeprefix("… ").removesuffix(" …"))
    assert bool(html) == bool(matches(text, tree(words)))
    assert found.text in text
    assert found.tags == ["mark", "/mark"] * (len(found.tags) // 2)
    assert bool(html) == bool(found.marked)
