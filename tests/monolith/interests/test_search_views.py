"""Saved searches on the site: from a search's parameters to a list of one's own."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from monolith.accounts.models import User
from monolith.interests.models import SavedSearch
from monolith.listings.models import Listing

pytestmark = pytest.mark.django_db
NEW = "/saved/searches/new"
FILLED = {"name": "Near the school", "frequency": "weekly"}


@pytest.fixture
def search(buyer: User) -> SavedSearch:
    wish = {"q": "porch"}
    return SavedSearch.objects.create(account=buyer, name="Mine", frequency="daily", criteria=wish)


def test_strangers_log_in_and_come_back_with_their_search(client: Client) -> None:
    answer = client.get(f"{NEW}?q=porch&beds_min=3")
    assert answer["Location"] == f"/accounts/login/?next={NEW}%3Fq%3Dporch%26beds_min%3D3"
    for page in ("", "7/"):
        assert client.get(f"/saved/searches/{page}").status_code == 302
    assert client.post("/saved/searches/7/delete/").status_code == 302


def test_a_search_is_said_in_words_and_saved(buyer_client: Client, listing: Listing) -> None:
    address = f"{NEW}?q=porch&beds_min=3&neighbourhood=Westgate&page=4&colour=red"
    page = buyer_client.get(address).content.decode()
    assert "<dt>Bedrooms, at least</dt><dd>3</dd>" in page
    answer = buyer_client.post(address, FILLED, follow=True)
    search = SavedSearch.objects.get()
    assert search.criteria == {"q": "porch", "beds_min": 3, "neighbourhood": "Westgate"}
    assert (search.name, search.frequency) == ("Near the school", "weekly")
    page = answer.content.decode()
    assert "Your search is saved." in page
    assert 'href="/search?q=porch&amp;beds_min=3&amp;neighbourhood=Westgate"' in page
    assert "<strong>1 home</strong>" in page


@pytest.mark.parametrize(
    "query",
    ["price_min=x", "neighbourhood=Nowhere", "sort=best", "q=%00", "page=0", "status=draft"],
)
def test_a_search_that_is_not_valid_is_explained(buyer_client: Client, query: str) -> None:
    for answer in (
        buyer_client.get(f"{NEW}?{query}"),
        buyer_client.post(f"{NEW}?{query}", FILLED),
    ):
        assert answer.status_code == 400
        assert "This search cannot be saved" in answer.content.decode()
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Enter a name."),
        ("name", "x" * 81, "at most 80 characters"),
        ("name", "nul\x00", "Null characters are not allowed."),
        ("frequency", "", "Choose how often."),
        ("frequency", "hourly", "Select a valid choice"),
    ],
)
def test_a_bad_value_is_explained(
    buyer_client: Client, search: SavedSearch, field: str, value: str, message: str
) -> None:
    for address in (NEW, f"/saved/searches/{search.pk}/"):
        answer = buyer_client.post(address, {**FILLED, field: value})
        assert answer.status_code == 400
        assert message in answer.content.decode()
    assert SavedSearch.objects.get().version == 1


def test_the_limit_is_said_and_nothing_is_saved(buyer_client: Client, buyer: User) -> None:
    many = [SavedSearch(account=buyer, name="x", criteria={}, frequency="none") for _ in range(50)]
    SavedSearch.objects.bulk_create(many)
    answer = buyer_client.post(NEW, FILLED)
    assert answer.status_code == 400
    assert "You already keep 50 searches" in answer.content.decode()
    assert SavedSearch.objects.count() == 50


def test_a_search_is_renamed_and_deleted(buyer_client: Client, search: SavedSearch) -> None:
    address = f"/saved/searches/{search.pk}/"
    assert 'value="Mine"' in buyer_client.get(address).content.decode()
    assert buyer_client.post(address, FILLED)["Location"] == "/saved/searches/"
    search.refresh_from_db()
    assert (search.name, search.frequency, search.version) == ("Near the school", "weekly", 2)
    assert buyer_client.get(f"{address}delete/").status_code == 405
    assert buyer_client.post(f"{address}delete/").status_code == 302
    assert not SavedSearch.objects.exists()


def test_somebody_elses_search_does_not_exist(agent_client: Client, search: SavedSearch) -> None:
    address = f"/saved/searches/{search.pk}/"
    assert agent_client.get(address).status_code == 404
    assert agent_client.post(address, FILLED).status_code == 404
    assert agent_client.post(f"{address}delete/").status_code == 404
    assert "Mine" not in agent_client.get("/saved/searches/").content.decode()
    search.refresh_from_db()
    assert search.name == "Mine"


def test_an_absurd_number_is_not_found(buyer_client: Client) -> None:
    assert buyer_client.get(f"/saved/searches/{10**30}/").status_code == 404
    assert buyer_client.post(f"/saved/searches/{10**30}/delete/").status_code == 404


def test_a_name_is_text_and_not_markup(buyer_client: Client, search: SavedSearch) -> None:
    SavedSearch.objects.update(name="<script>", criteria={"q": '"><b>'})
    page = buyer_client.get("/saved/searches/").content.decode()
    assert "<script>" not in page
    assert "<b>" not in page


def test_many_searches_cost_no_more_queries(
    buyer_client: Client, buyer: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    many = [SavedSearch(account=buyer, name="x", criteria={}, frequency="none") for _ in range(12)]
    SavedSearch.objects.bulk_create(many)
    # Session, user, groups of the header, count, page, and all matches at once.
    with django_assert_max_num_queries(7):
        page = buyer_client.get("/saved/searches/").content.decode()
    assert page.count('class="panel row"') == 10
    assert "page 2 of 2" in buyer_client.get("/saved/searches/?page=99").content.decode()
