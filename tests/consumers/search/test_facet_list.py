"""Lists of links that are written by hand are those of the template."""

import pytest
from django.template.loader import get_template

from consumers.search.facet_list import lists
from consumers.search.facets import Choice, Facet

FACETS = [
    Facet("Walls", [Choice("Brick & <stone>", 3, "/search?q=%22a%22&wall=Brick")], 0),
    Facet("Bedrooms", [Choice("1 or more", 1234, "/search"), Choice("2 or more", 5, "/")], 7),
    Facet("Status", [Choice("It's sold", 1, "/search?status=sold")], 1),
]


@pytest.mark.parametrize("facets", [FACETS, FACETS[:1], FACETS[2:]])
def test_lists_are_those_of_the_template(facets: list[Facet]) -> None:
    page = get_template("search_service/quick_page.html")
    expected = get_template("search_service/facets.html").render({"facets": facets})
    assert expected in page.render({"facets": lists(facets)})
