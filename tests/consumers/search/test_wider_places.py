"""The features of places, prices and saved searches on the wider page and in its API."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.test import Client

from consumers.search.features import Feature
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine, SwitchOn

WALLS = ["Brick", "Wood", "Stone"]


@pytest.fixture
def stocked(line: SearchLine) -> SearchLine:
    for number in range(1, 61):
        line.save(
            row(
                id=number,
                price=10_000 * number,
                wall=WALLS[number % 3],
                beds=1 + number % 2,
                status="sold" if number % 10 == 0 else "active",
                latitude=41.605 + number / 1000,
                longitude=-83.55,
            )
        )
    line.run()
    return line


def page(client: Client, query: str, status: int = 200) -> str:
    answer = client.get(f"/search?{query}")
    assert answer.status_code == status, answer.content
    return str(answer.content.decode())


def api(client: Client, address: str, status: int = 200) -> dict[str, Any]:
    answer = client.get(address if address.startswith("/") else f"/api/v1/search?{address}")
    assert answer.status_code == status, answer.content
    told: dict[str, Any] = answer.json()
    return told


def facet(text: str, label: str) -> list[tuple[str, str]]:
    part = text.split(f"<h2>{label}</h2>")[1].split("</ul>")[0]
    return re.findall(r"<a[^>]*>(?:<strong>)?([^<]+)(?:</strong>)?</a> <small>(\d+)", part)


@pytest.mark.usefixtures("stocked")
def test_a_decided_facet_still_tells_of_its_other_values(
    search_client: Client, switch_on: SwitchOn
) -> None:
    assert "<h2>Walls</h2>" not in page(search_client, "wall=Brick&beds_min=2")
    switch_on(Feature.OPEN_FACETS)
    text = page(search_client, "wall=Brick&beds_min=2")
    # Of 54 for sale, those with two bedrooms have odd numbers.
    assert facet(text, "Walls") == [("Brick", "10"), ("Stone", "10"), ("Wood", "10")]
    assert facet(text, "Bedrooms") == [("1 or more", "18"), ("2 or more", "10")]
    assert '<a href="/search?beds_min=2" aria-current="true"' in text
    assert '<a href="/search?beds_min=2&amp;wall=Stone">Stone</a>' in text
    assert facet(page(search_client, "status=sold"), "Status") == [
        ("For sale, no offer yet", "54"),
        ("Sold", "6"),
    ]


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize("query", ["wall=Brick", "wall=Brick&beds_min=2&status=sold", "status=any"])
def test_each_link_of_an_open_facet_finds_as_many_as_it_says(
    search_client: Client, switch_on: SwitchOn, query: str
) -> None:
    switch_on(Feature.OPEN_FACETS)
    text = page(search_client, query)
    links = re.findall(r'<li><a href="/search\?([^"]*)">[^<]*</a> <small>(\d+)', text)
    assert links
    for link, count in links:
        assert api(search_client, link.replace("&amp;", "&"))["count"] == int(count), link


@pytest.mark.usefixtures("stocked")
def test_the_prices_are_drawn_whatever_price_is_asked(
    search_client: Client, switch_on: SwitchOn
) -> None:
    switch_on(Feature.PRICE_HISTOGRAM)
    text = page(search_client, "wall=Brick&price_min=100000&price_max=124999")
    bars = re.findall(r'<a href="([^"]*)" aria-label="(\$[^"]*)">.*?fill="(#\w+)"', text)
    assert ("$100,000 to $124,999: 1 home") in [name for _, name, _ in bars]
    assert [name for _, name, fill in bars if fill == "#1d6b4f"] == ["$100,000 to $124,999: 1 home"]
    for url, name, _ in bars:
        found = api(search_client, url.replace("&amp;", "&").replace("/search", "/api/v1/search"))
        assert name.endswith(f": {found['count']} home{'' if found['count'] == 1 else 's'}")
    assert '<a href="/search?wall=Brick">Any price</a>' in text
    assert "<rect" not in page(search_client, "price_min=100000&q=nothing")


@pytest.mark.usefixtures("stocked")
def test_a_drawn_area_narrows_the_page_its_parts_and_its_links(
    search_client: Client, switch_on: SwitchOn
) -> None:
    switch_on(Feature.DRAWN_AREA, Feature.OPEN_FACETS)
    asked = f"area={quote('41.6, -83.6; 41.6,-83.4; 41.65,-83.4; 41.65,-83.6;')}"
    assert api(search_client, asked)["count"] == 41
    text = page(search_client, f"{asked}&wall=Brick&view=map")
    assert "14 homes" in text
    assert "Drawn area" in text
    assert "4 corners" in text
    assert '<polygon points="' in text
    assert 'src="/search/scripts/area.js"' in text
    kept = "area=41.6%2C-83.6%3B41.6%2C-83.4%3B41.65%2C-83.4%3B41.65%2C-83.6"
    assert f'/search?wall=Wood&amp;view=map&amp;{kept}"' in text
    # Without the area, but with all else.
    assert 'href="/search?wall=Brick&amp;view=map"' in text
    saving = re.findall(r'"(/saved/searches/new[^"]*)"', text)
    assert saving == ["/saved/searches/new?wall=Brick"]


@pytest.mark.usefixtures("stocked")
def test_what_keeps_homes_out_may_be_the_area(search_client: Client, switch_on: SwitchOn) -> None:
    switch_on(Feature.DRAWN_AREA)
    text = page(search_client, f"area={quote('50,1;50,2;51,2')}&wall=Brick")
    assert "Without Drawn area: 3 corners</a>, 18 homes" in text


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(
    ("area", "fault"),
    [
        ("41,-83;42,-83", "Draw an area with 3 to 100 different corners."),
        ("41,-83;42,-83;41,-83", "Draw an area with 3 to 100 different corners."),
        (";".join(f"41.{n:03},-83" for n in range(101)), "Draw an area with 3 to 100"),
        ("41,-83;42,-84;41,-84;42,-83", "Its line crosses itself."),
        ("41,-83;42,-83;43,-83", "Its corners lie on one line."),
        ("41,-83;42,-83;x,1", "Enter degrees as corners with semicolons between"),
        ("41,-83;42,-83;41", "Enter degrees as corners with semicolons between"),
        ("41,-83;42,-83;99,1", "Latitudes reach from -90 to 90"),
        ("41,-83;42,-83;1e1,1", "Enter degrees as corners"),
    ],
)
def test_an_area_that_is_none_is_refused_with_a_sentence(
    search_client: Client, switch_on: SwitchOn, area: str, fault: str
) -> None:
    switch_on(Feature.DRAWN_AREA)
    assert fault in page(search_client, f"area={quote(area)}", status=400)
    assert fault in api(search_client, f"area={quote(area)}", status=400)["errors"]["area"][0]


@pytest.mark.usefixtures("stocked")
def test_the_map_shows_cells_that_a_closer_look_divides(
    search_client: Client, switch_on: SwitchOn
) -> None:
    address = "/api/v1/search/clusters?wall=Brick"
    assert api(search_client, address, status=404)
    switch_on(Feature.MAP_CLUSTERS)
    far = api(search_client, f"{address}&box=41,-84,42.5,-83")
    near = api(search_client, f"{address}&box=41.6,-83.56,41.67,-83.54")
    assert sum(each["count"] for each in far["clusters"]) == far["count"] == 18
    assert len(near["clusters"]) > len(far["clusters"])
    assert api(search_client, "/api/v1/search/clusters?q=nothing") == {"count": 0, "clusters": []}
    assert "errors" in api(search_client, f"{address}&box=1", status=400)
    text = page(search_client, "wall=Brick&view=map")
    links = re.findall(r'<a href="([^"]*)" aria-label="(\d+) homes?, look closer">', text)
    assert sum(int(count) for _, count in links) == 18
    assert all("box=" in url for url, _ in links)


def cursor_pages(client: Client, query: str) -> list[dict[str, Any]]:
    pages = [api(client, query)]
    while pages[-1]["next"]:
        pages.append(api(client, pages[-1]["next"]))
    return pages


def ids(told: dict[str, Any]) -> list[int]:
    return [home["id"] for home in told["results"]]


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(
    "query", ["sort=price_asc", "", "sort=area_desc&wall=Wood", "near=41.6,-83.5&sort=distance"]
)
def test_links_lead_through_all_homes_and_back(
    search_client: Client, switch_on: SwitchOn, query: str
) -> None:
    plain = [ids(api(search_client, f"{query}&page={n}")) for n in (1, 2, 3)]
    switch_on(Feature.CURSORS)
    pages = cursor_pages(search_client, query)
    every = [each for told in pages for each in ids(told)]
    assert len(every) == len(set(every)) == pages[0]["count"]
    assert every == list(dict.fromkeys(each for numbered in plain for each in numbered))
    assert pages[0]["previous"] is None
    for before, behind in zip(pages, pages[1:], strict=False):
        assert "page" not in behind
        assert ids(api(search_client, behind["previous"])) == ids(before)


def test_no_home_is_skipped_or_repeated_while_others_come_and_go(
    stocked: SearchLine, search_client: Client, switch_on: SwitchOn
) -> None:
    switch_on(Feature.CURSORS)
    first = api(search_client, "sort=price_asc")
    for gone in (1, 2, ids(first)[-1]):
        stocked.delete(gone)
    stocked.save(row(id=100, price=5))
    stocked.run()
    second = api(search_client, first["next"])
    assert ids(second)[0] == 27
    assert not set(ids(first)) & set(ids(second))
    assert 100 in ids(api(search_client, second["previous"]))


@pytest.mark.usefixtures("stocked")
def test_a_cursor_that_is_not_ours_or_of_another_order_is_refused(
    search_client: Client, switch_on: SwitchOn
) -> None:
    switch_on(Feature.CURSORS)
    link = api(search_client, "sort=price_asc")["next"]
    cursor = unquote(link.split("cursor=")[1])
    for bad in ("x", cursor[:-1], f"1{cursor}", "newest:behind:1"):
        told = api(search_client, f"sort=price_asc&cursor={quote(bad)}", status=400)
        assert "no cursor" in told["errors"]["cursor"][0]
    other = api(search_client, f"sort=price_desc&cursor={quote(cursor)}", status=400)
    assert "no cursor" in other["errors"]["cursor"][0]


@pytest.mark.usefixtures("stocked")
def test_the_best_order_and_numbered_pages_have_no_cursors(
    search_client: Client, switch_on: SwitchOn
) -> None:
    switch_on(Feature.CURSORS, Feature.RELEVANCE)
    assert api(search_client, "q=ranch")["next"] is None
    told = api(search_client, "sort=newest&page=2")
    assert (told["page"], told["next"]) == (2, None)


def test_alerts_of_the_last_month_are_told_of_what_would_be_saved(
    line: SearchLine, search_client: Client, switch_on: SwitchOn
) -> None:
    today = datetime.now(UTC)
    for number, days in enumerate((1, 29, 31, 400), start=1):
        listed = (today - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        reduced = (today - timedelta(days=days + 1)).isoformat() if number % 2 else None
        line.save(row(id=number, listed_at=listed, reduced_at=reduced))
    line.run()
    switch_on(Feature.SAVED_SEARCH_PREVIEW)
    text = page(search_client, "beds_min=1")
    assert "would have sent you 3 alerts: 2 new homes and 1 lower price in 30 days" in text
    assert "would have sent you 0 alerts" in page(search_client, "beds_min=9")
