"""The addresses that the monolith never had."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from consumers.search import wider_views
from consumers.search.features import Feature
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine, SwitchOn

SCRIPTS = Path(wider_views.__file__).with_name("scripts")
# Each by the feature that it belongs to.
ADDRESSES = {
    "/api/v1/search/suggestions?q=west": Feature.SUGGESTIONS,
    "/api/v1/search/similar/1": Feature.SIMILAR_HOMES,
    "/api/v1/search/clusters": Feature.MAP_CLUSTERS,
    "/search/scripts/suggestions.js": Feature.SUGGESTIONS,
    "/search/scripts/area.js": Feature.DRAWN_AREA,
}


@pytest.fixture
def stocked(line: SearchLine) -> SearchLine:
    for number in range(1, 4):
        line.save(
            row(
                id=number,
                title="Sunny brick ranch in Old West End",
                neighbourhood="Old West End",
                zip_code="43610",
                description="With a garden",
            )
        )
    line.save(row(id=4, title="Sunny cottage in Vistula", neighbourhood="Vistula", status="sold"))
    line.save(row(id=5, title="Sunny tower", neighbourhood="Vistula", status="draft"))
    line.run()
    return line


def suggested(client: Client, typed: str) -> list[tuple[str, str, int]]:
    answer = client.get("/api/v1/search/suggestions", {"q": typed})
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["suggestions"]
    for each in found:
        told = client.get(each["url"].replace("/search", "/api/v1/search")).json()
        assert told["count"] == each["count"] > 0
    return [(each["kind"], each["words"], each["count"]) for each in found]


@pytest.mark.usefixtures("stocked")
def test_places_postal_codes_and_phrases_are_suggested_with_their_homes(
    search_client: Client, switch_on: SwitchOn
) -> None:
    switch_on(Feature.SUGGESTIONS)
    assert suggested(search_client, "west") == [("place", "Old West End", 3)]
    assert suggested(search_client, "436") == [("zip", "43610", 3)]
    brick = [("phrase", "brick", 3), ("phrase", "brick ranch", 3)]
    assert suggested(search_client, "Brick") == brick
    assert suggested(search_client, "xyzzy") == suggested(search_client, "vist") == []


@pytest.mark.usefixtures("stocked")
def test_the_last_words_are_completed_behind_the_others(
    search_client: Client, switch_on: SwitchOn
) -> None:
    switch_on(Feature.SUGGESTIONS, Feature.SYNONYMS)
    assert suggested(search_client, "sunny bri")[0] == ("phrase", "sunny brick", 3)
    assert suggested(search_client, "yard old we") == [("place", "yard Old West End", 3)]


@pytest.mark.usefixtures("stocked")
def test_there_are_ten_suggestions_at_most(
    line: SearchLine, search_client: Client, switch_on: SwitchOn
) -> None:
    for number in range(10, 40):
        line.save(row(id=number, title=f"Nook number{number}"))
    line.run()
    switch_on(Feature.SUGGESTIONS)
    assert len(suggested(search_client, "num")) == 10


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize("query", ["", "q=", "q=x", f"q={'x' * 101}", "q=a%00b"])
def test_a_bad_beginning_is_refused_with_a_sentence(
    search_client: Client, switch_on: SwitchOn, query: str
) -> None:
    switch_on(Feature.SUGGESTIONS)
    answer = search_client.get(f"/api/v1/search/suggestions?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["q"]


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(("path", "feature"), ADDRESSES.items())
def test_while_its_feature_is_off_an_address_is_unknown(
    search_client: Client, switch_on: SwitchOn, path: str, feature: Feature
) -> None:
    for others in (set(), set(Feature) - {feature}):
        switch_on(*others)
        answer = search_client.get(path)
        assert answer.status_code == 404
        assert answer["Cache-Control"] == "private, no-cache"
        assert answer["Vary"] == "Cookie"
        assert answer.json() == {"detail": "Not found."}
    switch_on(feature)
    assert search_client.get(path).status_code == 200


@pytest.mark.usefixtures("stocked")
def test_similar_homes_are_told_with_reasons_and_never_sold_or_hidden_ones(
    search_client: Client, switch_on: SwitchOn
) -> None:
    switch_on(Feature.SIMILAR_HOMES)
    told = search_client.get("/api/v1/search/similar/1").json()
    assert told["id"] == 1
    assert [home["id"] for home in told["results"]] == [3, 2]
    assert told["results"][0]["likeness"] == 1
    assert "the same neighbourhood" in told["results"][0]["reasons"]
    # What was sold is a good example still; what is hidden is nobody's business.
    assert search_client.get("/api/v1/search/similar/4").status_code == 200
    for unknown in (5, 99):
        assert search_client.get(f"/api/v1/search/similar/{unknown}").status_code == 404


def test_scripts_are_files_of_the_site_and_nothing_else_is(
    search_client: Client, switch_on: SwitchOn
) -> None:
    switch_on(*Feature)
    answer = search_client.get("/search/scripts/suggestions.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    # Who may have it is asked for each person: no shared cache keeps it.
    assert answer["Cache-Control"] == "private, max-age=3600"
    assert "/api/v1/search/suggestions" in answer.content.decode()
    for name in ("..%2fviews.py", "views.py", "x.js"):
        assert search_client.get(f"/search/scripts/{name}").status_code == 404
    assert {path.name for path in SCRIPTS.iterdir()} == {"area.js", "suggestions.js"}
