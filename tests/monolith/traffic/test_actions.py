"""Simulated deeds: repeatable, on listings that exist, honest about what fails."""

from collections.abc import Callable, Iterator
from random import Random

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User
from monolith.listings.models import Listing
from monolith.purchases.models import Offer
from monolith.traffic import actions, simulation
from monolith.traffic.actions import Scene


@pytest.fixture
def scene(listing: Listing) -> Iterator[Scene]:
    """Give one home and a browser that asks this process."""

    def ask(request: httpx.Request) -> httpx.Response:
        answer = Client().get(request.url.raw_path.decode())
        return httpx.Response(answer.status_code, headers=dict(answer.headers))

    with httpx.Client(transport=httpx.MockTransport(ask), base_url="http://testserver") as browser:
        yield Scene(Random(1), browser, (listing.pk,))


@pytest.mark.django_db
@pytest.mark.parametrize("deed", [actions.view_home, actions.search])
def test_readers_read_pages(deed: Callable[[Scene], None], scene: Scene) -> None:
    for _ in range(5):
        deed(scene)


@pytest.mark.django_db
def test_a_page_that_is_missing_is_no_success(scene: Scene) -> None:
    Listing.objects.all().delete()

    with pytest.raises(actions.UnexpectedAnswer, match="404"):
        actions.view_home(scene)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("deed", "events"),
    [
        (actions.reprice, ["ListingRepriced"]),
        (actions.revise, ["ListingRevised"]),
        (actions.move_on, ["ListingStatusChanged"]),
        (actions.withdraw, ["ListingStatusChanged", "ListingWithdrawn"]),
        (actions.edit_as_admin, []),
        (actions.update_in_bulk, []),
    ],
)
def test_writers_change_a_listing_and_only_the_services_tell(
    deed: Callable[[Scene], None], events: list[str], scene: Scene, listing: Listing
) -> None:
    before = listing.version

    deed(scene)

    listing.refresh_from_db()
    assert listing.version > before
    told = OutboxEvent.objects.order_by("occurred_at")
    assert list(told.values_list("event_type", flat=True)) == events


@pytest.mark.django_db
def test_a_home_is_listed_as_its_agent_would(scene: Scene, listing: Listing) -> None:
    actions.list_home(scene)

    home = Listing.objects.latest("pk")
    assert (home.status, home.title, home.wall) == ("active", listing.title, listing.wall)
    assert home.address != listing.address
    told = OutboxEvent.objects.order_by("aggregate_version").values_list("event_type", flat=True)
    assert [*told[:1], *told[4:]] == ["ListingCreated", "ListingPublished"]


@pytest.mark.django_db
def test_buyers_bid_and_agents_answer(scene: Scene, buyer: User, listing: Listing) -> None:
    actions.answer_offer(scene)
    actions.make_offer(scene)
    actions.make_offer(scene)
    offer = Offer.objects.get()
    assert (offer.buyer, offer.status) == (buyer, "open")

    actions.answer_offer(scene)

    offer.refresh_from_db()
    assert offer.status in ("accepted", "declined")


@pytest.mark.django_db
def test_a_site_without_buyers_gets_no_offers(scene: Scene) -> None:
    actions.make_offer(scene)

    assert not Offer.objects.exists()


@pytest.mark.django_db
def test_people_write_to_agents_about_homes_that_are_for_sale(
    scene: Scene, listing: Listing, buyer: User
) -> None:
    for _ in range(2):
        actions.enquire(scene)
        actions.book_viewing(scene)
        Listing.objects.update(status="sold")

    told = OutboxEvent.objects.order_by("occurred_at").values_list("event_type", flat=True)
    assert list(told) == ["EnquirySent", "ViewingBooked"]


@pytest.mark.django_db
def test_each_deed_says_why_in_the_audit_trail(scene: Scene) -> None:
    for _ in range(2):
        simulation._do(actions.reprice, scene, simulation.Summary())

    first, second = OutboxEvent.objects.all()
    assert (first.actor, first.reason) == ("system", "command: simulate reprice")
    assert first.correlation_id != second.correlation_id


def test_the_same_seed_draws_the_same_deeds() -> None:
    assert simulation.draw(50, 4, seed=7) == simulation.draw(50, 4, seed=7)
    assert simulation.draw(50, 4, seed=7) != simulation.draw(50, 4, seed=8)
    assert len(simulation.draw(50, 4, seed=7)) == 200


def test_most_of_it_is_reading() -> None:
    drawn = [deed for deed, _ in simulation.draw(1000, 1, seed=1)]

    assert drawn.count(actions.view_home) + drawn.count(actions.search) > 800
    assert set(drawn) == set(actions.DEEDS)


@pytest.mark.parametrize("wrong", ["--rate=0", "--seconds=-1"])
def test_a_wrong_rate_is_refused_in_words(wrong: str) -> None:
    with pytest.raises(CommandError, match="above 0"):
        call_command("simulate", wrong)


@pytest.mark.django_db
def test_members_keep_homes_and_searches_and_forget_them_again(
    scene: Scene, buyer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monolith.interests.services.MAX_SEARCHES", 1)
    for _ in range(2):
        actions.keep_home(scene)
        actions.keep_search(scene)

    told = OutboxEvent.objects.order_by("occurred_at").values_list("event_type", flat=True)
    kept, forgotten = ["FavouriteAdded", "SavedSearchCreated"], ["FavouriteRemoved"]
    assert list(told) == [*kept, *forgotten, "SavedSearchRemoved"]
