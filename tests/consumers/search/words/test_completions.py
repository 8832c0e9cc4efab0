"""What a listing can complete, and by which beginnings."""

from consumers.search.words.completions import (
    Completion,
    Kind,
    beginning_of,
    completion_of,
    terms_of,
)


def found(typed: str, *, title: str, place: str = "Old West End") -> set[Completion]:
    terms = terms_of(title, place, "43610")
    return {completion_of(term) for term in terms if term.startswith(beginning_of(typed))}


def test_a_place_is_completed_from_each_of_its_words() -> None:
    place = Completion(Kind.PLACE, "Old West End")
    for typed in ("old", "WEST", " end", "Old  w", "west end"):
        assert place in found(typed, title="A ranch")
    assert place not in found("est", title="A ranch")


def test_a_postal_code_is_completed() -> None:
    assert Completion(Kind.ZIP, "43610") in found("436", title="A ranch")


def test_phrases_end_at_stop_words_at_signs_and_at_the_place() -> None:
    title = "Sunny two-story brick ranch in Old West End"
    assert found("sunny", title=title) == {
        Completion(Kind.PHRASE, words)
        for words in ("sunny", "sunny two-story", "sunny two-story brick")
    }
    assert found("brick", title=title) == {
        Completion(Kind.PHRASE, "brick"),
        Completion(Kind.PHRASE, "brick ranch"),
    }
    assert found("bright", title="Bright, quiet") == {Completion(Kind.PHRASE, "bright")}


def test_a_separator_in_a_text_changes_no_meaning() -> None:
    (place,) = found("x", title="", place="X\x1fplace\x1fY")
    assert place == Completion(Kind.PLACE, "X place Y")
