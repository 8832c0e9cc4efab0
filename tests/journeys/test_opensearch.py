"""The whole line with the search's index in OpenSearch: ready, and answering at the gateway."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest

from tests.opensearch import skip_without_memory
from tests.running_stack import Stack

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def scaled_out(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    skip_without_memory()
    own = Stack(tmp_path_factory.mktemp("stack"), {"SEARCH_ENGINE": "opensearch"})
    try:
        own.up()
        yield own
    finally:
        own.down()


def test_a_new_price_is_found_in_opensearch_and_served_at_the_gateway(scaled_out: Stack) -> None:
    reason = ("--reason", "its index is another one")
    scaled_out.manage("strangler", "route", "set", "search", "--stage", "cutover", *reason)
    journey = json.loads(scaled_out.manage("stack", "journey", "--json"))
    assert (journey["ok"], journey["served_by"]) == (True, "search")
    indexes = httpx.get(scaled_out.url("opensearch", "/_cat/indices/search-*?format=json")).json()
    assert sum(int(index["docs.count"]) for index in indexes) > 1000
    asked = urlencode({"q": "brick porch", "near": "41.65,-83.54", "within": "5"})
    pages = [
        httpx.get(scaled_out.url(side, f"/api/v1/search?{asked}"))
        for side in ("gateway", "monolith")
    ]
    assert pages[0].headers["x-served-by"] == "search"
    assert pages[0].json()["count"] > 0
    assert pages[0].content == pages[1].content
