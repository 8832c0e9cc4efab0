"""The API's description is whole, true of the search, and loads nothing from elsewhere."""

import re

import pytest
from django.test import Client

from monolith.listings.models import Listing
from monolith.search.forms import SearchForm

pytestmark = pytest.mark.django_db
PATHS = {
    "/api/v1/enquiries",
    "/api/v1/favourites",
    "/api/v1/favourites/{listing_id}",
    "/api/v1/listings",
    "/api/v1/listings/{id}",
    "/api/v1/saved-searches",
    "/api/v1/saved-searches/{id}",
    "/api/v1/search",
    "/api/v1/token/",
    "/api/v1/token/revoke/",
}


def test_the_document_names_every_address(client: Client) -> None:
    document = client.get("/api/v1/schema").json()
    assert set(document["paths"]) == PATHS


def test_the_searchs_parameters_are_those_of_its_form(client: Client) -> None:
    told = client.get("/api/v1/schema").json()["paths"]["/api/v1/search"]["get"]
    assert [one["name"] for one in told["parameters"]] == list(SearchForm.base_fields)


def test_what_the_search_answers_is_what_the_document_says(
    client: Client, listing: Listing
) -> None:
    document = client.get("/api/v1/schema").json()
    told = document["paths"]["/api/v1/search"]["get"]["responses"]["200"]["content"]
    page = told["application/json"]["schema"]["properties"]
    answer = client.get("/api/v1/search?near=41.65,-83.6").json()
    home = answer["results"][0]
    described = page["results"]["items"]["properties"]
    kinds = {"integer": int, "number": float, "string": str}
    assert list(page) == list(answer)
    assert list(described) == list(home)
    for name, schema in described.items():
        is_left_out = home[name] is None and schema.get("nullable")
        assert is_left_out or isinstance(home[name], kinds[schema["type"]]), name


def test_the_page_shows_every_operation_with_files_of_this_site_only(client: Client) -> None:
    page = client.get("/api/v1/docs").content.decode()
    document = client.get("/api/v1/schema").json()
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in page
    assert "one of instant, daily, weekly, none" in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
