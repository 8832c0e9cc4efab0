"""The page of the features beyond the monolith's: the plain one, and more."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from consumers.runtime.web.identity import COOKIE
from consumers.search.features import Feature
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine, Sign, SwitchOn


@pytest.fixture
def stocked(line: SearchLine) -> SearchLine:
    for number in range(1, 61):
        line.save(row(id=number, price=1000 * number, title=f"Home {number} & turret"))
    line.run()
    return line


def page(client: Client, query: str, status: int = 200) -> str:
    answer = client.get(f"/search?{query}")
    assert answer.status_code == status, answer.content
    return str(answer.content.decode())


def homes(text: str) -> list[str]:
    return re.findall(r'<h2>(?:\d+\. )?<a href="/homes/(\d+)-', text)


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(
    "query", ["", "q=home&sort=price_asc&page=2", "view=map&beds_min=1", "q=xylophone&wall=Brick"]
)
def test_without_a_part_of_its_own_the_wider_page_is_the_plain_one(
    search_client: Client, switch_on: SwitchOn, query: str
) -> None:
    plain, told = page(search_client, query), search_client.get(f"/api/v1/search?{query}")
    switch_on(Feature.EXPLANATION)
    assert untold(page(search_client, query)) == untold(plain)
    assert search_client.get(f"/api/v1/search?{query}").content == told.content


def untold(text: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value=")[^"]*', r"\1", text)


@pytest.mark.usefixtures("stocked")
def test_new_parameters_stay_in_this_pages_links_and_out_of_saved_searches(
    search_client: Client, switch_on: SwitchOn
) -> None:
    switch_on(*Feature)
    text = page(search_client, "q=home&as_typed=1")
    assert "/search?q=home&amp;page=2&amp;as_typed=1" in text
    assert '"/saved/searches/new?q=home"' in text


@pytest.mark.usefixtures("stocked")
def test_a_bad_value_of_a_new_parameter_is_refused_only_while_its_feature_is_on(
    search_client: Client, switch_on: SwitchOn
) -> None:
    page(search_client, "as_typed=x")
    switch_on(Feature.SYNONYMS)
    page(search_client, "as_typed=x")
    switch_on(Feature.TYPOS)
    assert "Please correct" in page(search_client, "as_typed=x", status=400)


def api(client: Client, query: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/search?{query}")
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def ids(client: Client, query: str) -> list[int]:
    return [home["id"] for home in api(client, query)["results"]]


@pytest.mark.usefixtures("stocked")
def test_words_that_no_home_has_are_corrected_and_the_way_back_is_shown(
    search_client: Client, switch_on: SwitchOn
) -> None:
    assert ids(search_client, "q=turrte") == []
    switch_on(Feature.TYPOS)
    text = page(search_client, "q=hone+turrte")
    assert "Showing results for <strong>home turret</strong>" in text
    assert (
        '<a href="/search?q=hone+turrte&amp;as_typed=1">Search instead for hone turrte</a>' in text
    )
    assert 'value="hone turrte"' in text
    assert '"/saved/searches/new?q=home+turret"' in text
    assert "60 homes" in text
    assert api(search_client, "q=hone+turrte")["corrected"] == "home turret"

    text = page(search_client, "q=hone+turrte&as_typed=1")
    assert "Showing results" not in text
    assert "No home fits" in text


@pytest.mark.usefixtures("stocked")
def test_a_question_that_finds_homes_is_never_corrected(
    search_client: Client, switch_on: SwitchOn
) -> None:
    switch_on(Feature.TYPOS)
    for query in ("q=home", "q=hone+or+turret", "q=home+-turrte"):
        assert "corrected" not in api(search_client, query)


@pytest.mark.usefixtures("stocked")
def test_what_may_be_dropped_is_counted_for_the_corrected_words(
    search_client: Client, switch_on: SwitchOn
) -> None:
    switch_on(Feature.TYPOS)
    text = page(search_client, "q=hone&price_min=999999")
    assert "Without Price from ($): 999,999</a>, 60 homes" in text


def test_synonyms_find_more_homes_and_are_no_typos(
    line: SearchLine, search_client: Client, switch_on: SwitchOn
) -> None:
    line.save(row(id=1, title="A sunny flat", description=""))
    line.save(row(id=2, title="A sunny apartment", description=""))
    line.run()
    assert ids(search_client, "q=flat") == [1]
    switch_on(Feature.SYNONYMS, Feature.TYPOS)
    assert ids(search_client, "q=flats") == [2, 1]
    assert ids(search_client, "q=sunny+-flat") == [2]
    line.delete(1)
    line.run()
    assert ids(search_client, "q=flat") == [2]


def test_the_words_asked_for_are_marked_and_everything_else_is_escaped(
    line: SearchLine, search_client: Client, switch_on: SwitchOn
) -> None:
    line.save(row(id=1, title="<b>Porches</b> & more", description="A <i>porch</i> & a yard"))
    line.run()
    switch_on(Feature.HIGHLIGHTS, Feature.SYNONYMS)
    text = page(search_client, "q=porch")
    assert "&lt;b&gt;<mark>Porches</mark>&lt;/b&gt; &amp; more</a>" in text
    marked = "A &lt;i&gt;<mark>porch</mark>&lt;/i&gt; &amp; a yard"
    assert f'<p class="excerpt">{marked}</p>' in text
    assert "a <mark>yard</mark>" in page(search_client, "q=garden")
    assert "<mark>" not in page(search_client, "")


def test_the_best_match_comes_first_unless_an_order_is_asked(
    line: SearchLine, search_client: Client, switch_on: SwitchOn
) -> None:
    filler = "many other words about a home that is like every other home in this street"
    texts = {1: ("Porch", "porch"), 2: (filler, f"{filler} porch"), 3: (filler, f"porch {filler}")}
    for number, (title, description) in texts.items():
        listed_at = f"2026-03-0{number}T10:00:00Z"
        line.save(row(id=number, title=title, description=description, listed_at=listed_at))
    line.run()
    assert ids(search_client, "q=porch") == [3, 2, 1]
    switch_on(Feature.RELEVANCE)
    assert ids(search_client, "q=porch") == [1, 3, 2]
    assert ids(search_client, "q=porch&sort=newest") == [3, 2, 1]
    assert ids(search_client, "") == [3, 2, 1]
    text = page(search_client, "q=porch")
    assert '<option value="" selected>Best match</option>' in text
    assert '<option value="newest">Newest first</option>' in text


def test_beside_few_results_similar_homes_are_shown_but_not_the_same_again(
    line: SearchLine, search_client: Client, switch_on: SwitchOn
) -> None:
    for number in range(1, 9):
        turret = " with turret" if number < 3 else ""
        line.save(row(id=number, title=f"Home <{number}>{turret}"))
    line.run()
    assert "Homes like" not in page(search_client, "q=turret")
    switch_on(Feature.SIMILAR_HOMES)
    text = page(search_client, "q=turret")
    strip = text[text.index("Homes like") :]
    assert "Homes like &ldquo;Home &lt;2&gt; with turret&rdquo;" in text
    assert re.findall(r"/homes/(\d+)-", strip) == ["8", "7", "6", "5", "4", "3"]
    assert "Homes like" not in page(search_client, "")
    assert "Homes like" not in page(search_client, "q=xylophone")


@pytest.mark.usefixtures("stocked")
def test_the_script_is_loaded_only_where_suggestions_are_on(
    search_client: Client, switch_on: SwitchOn
) -> None:
    switch_on(Feature.TYPOS)
    assert "<script" not in page(search_client, "")
    switch_on(Feature.SUGGESTIONS)
    assert '<script src="/search/scripts/suggestions.js" defer></script>' in page(search_client, "")


@pytest.mark.usefixtures("stocked")
def test_staff_is_told_how_a_question_was_read_and_why_a_home_stands_where_it_does(
    search_client: Client, switch_on: SwitchOn, sign: Sign
) -> None:
    switch_on(*Feature)
    asked = "q=hmoe+-gardens+%22brick+ranch%22+yard&price_min=5&explain=1"
    assert "How this search was read" not in page(search_client, asked)
    search_client.cookies[COOKIE] = sign(sub="u:1", staff=True)
    text = page(search_client, asked)
    assert "How this search was read" in text
    assert "garden = yard = backyard" in text
    assert "ranges: {&#x27;price&#x27;: (5, None)}" in text
    assert "How this search was read" not in page(search_client, "q=home")
    text = page(search_client, "q=turrte&explain=1")
    assert "turrte → turret" in text
    assert "<dd>best</dd>" in text
    assert re.search(r"<th scope=\"row\">Home 60 &amp; turret</th><td>1.000</td>", text)


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(
    "words",
    [
        *('"' * 199, "-" * 199, "or " * 66, "a" * 200, "zyx " * 50, "<mark>" * 33, "İ" * 200),
        *("flat " * 40, '"single story" ' * 13, "\N{ROBOT FACE} ﬁ ½ \u202e", "%00", "{{ 1 }}"),
    ],
)
def test_odd_questions_are_answered_like_all_others(
    search_client: Client, switch_on: SwitchOn, words: str
) -> None:
    switch_on(*Feature)
    page(search_client, urlencode({"q": words, "explain": "1"}))
    api(search_client, urlencode({"q": words}))
