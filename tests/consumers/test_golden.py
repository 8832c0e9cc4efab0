"""Every handler of every consumer takes the golden example of whatever is on its topics."""

from consumers.runtime.testing.scenario import given
from consumers.search.handlers import search
from consumers.search.projection import SearchProjection, opened_in


def held(projection: SearchProjection) -> dict[int, tuple[int, bool]]:
    return {id: (kept.version, kept.is_deleted) for id, kept in projection._kept.items()}


def test_the_search_applies_every_golden_example_however_it_comes() -> None:
    outcome = given(search, opened_in, shows=held).golden().twice().fresh().then()
    assert outcome.shown == {12: (2, True), 13: (1, False)}
