"""What an index tells of words beyond which homes have them, through the port alone."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from cdc.contracts.tables import FAVOURITES, LISTINGS
from consumers.criteria.criteria import Criteria
from consumers.criteria.query import parse
from consumers.search.index.port import TEXTS, SearchIndexReader
from consumers.search.words.completions import Completion, Kind
from consumers.search.words.ranking import CANDIDATES, Scored, ranked
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine
from tests.consumers.search.engines import Engines, on_both_engines

pytestmark = on_both_engines


def asked(words: str, **differences: object) -> Criteria:
    plain = Criteria(sort="best", has_words=True, words=parse(words))
    return replace(plain, **differences)  # type: ignore[arg-type]


def test_the_row_of_a_listed_home_is_told_and_no_other(line: SearchLine) -> None:
    for number, status in enumerate(("active", "sold", "draft", "withdrawn", "active"), start=1):
        line.save(row(id=number, status=status, title=f"Home {number}"))
    line.delete(5)
    line.run()
    view = line.reader().view()
    found = [view.row(number) for number in range(1, 7)]
    assert [each and each["title"] for each in found] == ["Home 1", "Home 2", *[None] * 4]


def test_descriptions_are_told_for_what_is_held(line: SearchLine) -> None:
    for number in (1, 2, 3):
        line.save(row(id=number, description=f"Text {number} — “quoted”"))
    line.delete(3)
    line.run()
    view = line.reader().view()
    assert view.descriptions([1, 3, 9]) == {1: "Text 1 — “quoted”"}
    assert view.descriptions([]) == {}


def test_texts_near_a_word_are_those_with_a_lexeme_so_few_edits_away(line: SearchLine) -> None:
    spellings = ("kitchen", "kichen", "kithcen", "kitchens", "mitten", "chicken")
    for number, word in enumerate(spellings, start=1):
        line.save(row(id=number, title="", address="", description=f"A {word} here"))
    line.save(row(id=9, title="", description="A kitchen", status="draft"))
    line.run()
    view = line.reader().view()

    def near(lexeme: str, distance: int) -> set[str]:
        texts = view.texts_near(lexeme, distance)
        return {word for text in texts for word in re.findall(r"A (\w+)", text)}

    assert near("kitchen", 1) == {"kitchen", "kichen", "kithcen", "kitchens"}
    assert near("kicthen", 1) == {"kitchen", "kitchens", "kichen"}
    assert near("kicthen", 2) == {"kitchen", "kichen", "kithcen", "kitchens"}
    assert near("xylophone", 2) == set()


def test_of_many_texts_near_a_word_the_newest_are_told(line: SearchLine) -> None:
    for number in range(1, TEXTS + 11):
        listed_at = f"2026-03-01T10:00:{number:02d}Z"
        line.save(row(id=number, title=f"porch number{number}", listed_at=listed_at))
    line.run()
    texts = line.reader().view().texts_near("prch", 1)
    assert [text.split()[1] for text in texts] == [f"number{n}" for n in range(TEXTS + 10, 10, -1)]


def test_completions_are_of_homes_for_sale_and_the_most_frequent_come_first(
    line: SearchLine,
) -> None:
    for number, title in enumerate(("Brick ranch", "Brick house", "Bright house"), start=1):
        line.save(row(id=number, title=title, neighbourhood="Bridge End", zip_code="43610"))
    line.save(row(id=9, title="Brisk walk", status="sold", neighbourhood="", zip_code="43699"))
    line.run()
    view = line.reader().view()
    assert view.completions("bri", 3) == [
        Completion(Kind.PLACE, "Bridge End"),
        Completion(Kind.PHRASE, "brick"),
        Completion(Kind.PHRASE, "brick house"),
    ]
    assert Completion(Kind.PLACE, "Bridge End") in view.completions("end", 9)
    assert view.completions("436", 9) == [Completion(Kind.ZIP, "43610")]
    assert view.completions("bris", 9) == view.completions("", 9) == []


def test_words_in_a_title_fit_better_and_so_do_rare_ones(line: SearchLine) -> None:
    filler = "plain words that say little about the home and go on for a while"
    line.save(row(id=1, title="Home", description=f"{filler} porch"))
    line.save(row(id=2, title="Home porch", description=filler))
    line.save(row(id=3, title="Home", description=f"{filler} porch turret"))
    for number in range(4, 20):
        line.save(row(id=number, title="Home", description=f"{filler} porch"))
    line.run()
    fits = {each.id: each.words for each in scores(line, "porch")}
    assert fits[2] > fits[1] > 0
    fits = {each.id: each.words for each in scores(line, "porch or turret")}
    assert max(fits, key=lambda each: fits[each]) == 3
    # What is bounded and not asked by words says nothing of how well they fit.
    bounded = line.reader().view().select(asked("porch", ranges={"price": (1, None)}))
    assert {each.id: each.words for each in bounded.scores()} == {
        each.id: each.words for each in scores(line, "porch")
    }


def scores(line: SearchLine, words: str) -> list[Scored]:
    return line.reader().view().select(asked(words)).scores()


@pytest.mark.parametrize("words", ["home", "home or garden -nothing", "-nothing"])
def test_the_best_order_is_total_and_goes_on_with_the_newest(line: SearchLine, words: str) -> None:
    many = CANDIDATES + 60
    for number in range(1, many + 1):
        title = "Home" if number % 3 else "Home garden"
        day = number * 7 % 28 + 1
        line.save(row(id=number, title=title, listed_at=f"2026-03-{day:02d}T10:00:00Z"))
    line.run()
    view: SearchIndexReader = line.reader().view()
    found = view.select(asked(words))
    best = [rank.id for rank in ranked(found.scores())]
    pages = [row for start in range(0, many, 24) for row in found.rows(start, 24)]
    assert [each["id"] for each in pages[:CANDIDATES]] == best
    others = [(each["listed_at"], each["id"]) for each in pages[CANDIDATES:]]
    assert others == sorted(others, reverse=True)
    assert len({each["id"] for each in pages}) == many


def test_without_words_the_newest_are_the_best(line: SearchLine) -> None:
    for number in range(1, 10):
        line.save(row(id=number, listed_at=f"2026-03-0{number * 2 % 9 + 1}T10:00:00Z"))
    line.run()
    view = line.reader().view()
    best = view.select(Criteria(sort="best")).rows(0, 9)
    assert best == view.select(Criteria(sort="newest")).rows(0, 9)


def test_the_engines_own_words_name_what_is_looked_for(line: SearchLine) -> None:
    assert "porch" in line.reader().view().select(asked("porches")).engine_query()


def test_of_homes_that_fit_alike_the_one_that_more_people_keep_comes_first(
    tmp_path: Path, engine_in: Engines
) -> None:
    root = tmp_path / "kept"
    line = SearchLine(root, tables=(LISTINGS, FAVOURITES), engine=engine_in(root))
    for number in (1, 2, 3):
        line.save(row(id=number))
    line.keep(1, home=2)
    line.run()
    found = line.reader().view().select(asked("porch"))
    assert [(each.id, each.favourites) for each in sorted(found.scores())] == [
        (1, 0),
        (2, 1),
        (3, 0),
    ]
    assert [home["id"] for home in found.rows(0, 3)] == [2, 3, 1]
    line.close()
