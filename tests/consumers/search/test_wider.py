"""The page of the features beyond the monolith's: the plain one, and more."""

import re

import pytest
from django.test import Client

from consumers.search.features import Feature
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine, SwitchOn


@pytest.fixture
def stocked(line: SearchLine) -> SearchLine:
    for number in range(1, 61):
        line.save(row(id=number, price=1000 * number, title=f"Home {number} & more"))
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
    plain = page(search_client, query)
    switch_on(Feature.EXPLANATION)
    assert untold(page(search_client, query)) == untold(plain)


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
