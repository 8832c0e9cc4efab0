"""What people do on the site, one small function for each kind of deed.

Enters: a source of chance and a browser. Leaves: requests to the site, questions to agents,
and changes of listings: by the services as agents make them, and by the two ways that bypass
the services, as an admin's edit and a bulk update do in any site with a past.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TypeVar

import httpx
from django.db.models import Model, QuerySet
from django.utils import timezone

from monolith.accounts.models import User
from monolith.enquiries import services as enquiries
from monolith.errors import (
    HomeNotForSale,
    HomeNotListed,
    PurchaseError,
    TooManySearches,
    ViewingError,
)
from monolith.interests import services as interests
from monolith.interests.models import Frequency, SavedSearch
from monolith.listings import drafting, services
from monolith.listings.models import FOR_SALE, Listing, Status
from monolith.purchases import offer_services
from monolith.purchases.models import Offer, OfferStatus
from monolith.viewings import services as viewings

_WORDS = ("brick", "ranch", "porch", "garage", "fireplace", "colonial", "maple", "restored")
_SORTS = ("newest", "price_asc", "price_desc", "area_desc")
_BULK = 50
_QUESTIONS = (
    "Is this home still for sale?",
    "How old are the roof and the furnace?",
    "What are the taxes and the yearly cost of heating?",
    "Would the owner leave the kitchen's appliances?",
)
Row = TypeVar("Row", bound=Model)


class UnexpectedAnswer(Exception):
    """The site answered a reader with something else than a page."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What every deed may draw on; one for each deed, so that threads share no chance."""

    random: Random
    browser: httpx.Client
    homes: tuple[int, ...]

    def home(self) -> int:
        """Choose a home; a few are far more popular than the rest, as on any site."""
        rank = int(self.random.paretovariate(1.0)) - 1
        return self.homes[rank % len(self.homes)]


def view_home(scene: Scene) -> None:
    _read(scene.browser.get(f"/homes/{scene.home()}-x/", follow_redirects=True))


def search(scene: Scene) -> None:
    wanted: dict[str, str | int] = {"sort": scene.random.choice(_SORTS)}
    if scene.random.random() < 0.6:
        wanted["q"] = " ".join(scene.random.sample(_WORDS, scene.random.randint(1, 2)))
    if scene.random.random() < 0.4:
        wanted["price_max"] = scene.random.randrange(40_000, 300_000, 5_000)
    if scene.random.random() < 0.3:
        wanted["beds_min"] = scene.random.randint(1, 4)
    _read(scene.browser.get("/search", params=wanted))


def reprice(scene: Scene) -> None:
    listing = Listing.objects.get(pk=scene.home())
    services.reprice(
        listing.pk, max(1_000, round(listing.price * scene.random.uniform(0.95, 1.04)))
    )


def revise(scene: Scene) -> None:
    listing = Listing.objects.get(pk=scene.home())
    closing = scene.random.choice(("Open house on Sunday.", "Ask for a second visit."))
    first, *_ = listing.description.split(" | ")
    services.revise(listing.pk, title=listing.title, description=f"{first} | {closing}")


def move_on(scene: Scene) -> None:
    """Let a sale begin, or fall through."""
    listing = Listing.objects.get(pk=scene.home())
    swap = {Status.ACTIVE: Status.PENDING, Status.PENDING: Status.ACTIVE}
    if listing.status in swap:
        services.change_status(listing.pk, swap[Status(listing.status)])


def list_home(scene: Scene) -> None:
    """Put a home on the market that is much like another one, step by step as its agent would."""
    like = Listing.objects.select_related("agent").get(pk=scene.home())
    place = {name: getattr(like, name) for name in drafting.PLACE}
    number, street = scene.random.randint(1, 9999), like.address.partition(" ")[2]
    draft = drafting.create(like.agent, place | {"address": f"{number} {street}"[:120]})
    drafting.correct(draft.pk, {name: getattr(like, name) for name in drafting.SHEET})
    services.revise(draft.pk, title=like.title, description=like.description)
    services.reprice(draft.pk, max(1_000, round(like.price * scene.random.uniform(0.9, 1.1))))
    services.publish(draft.pk)


def withdraw(scene: Scene) -> None:
    listing = Listing.objects.get(pk=scene.home())
    if listing.status in FOR_SALE:
        services.withdraw(listing.pk, scene.random.choice(services.Reason.values))


def keep_home(scene: Scene) -> None:
    """Keep a home, or keep it no longer."""
    member, home = _one_of(scene, _members()), scene.home()
    if member and not interests.remove_favourite(member.pk, home):
        with suppress(HomeNotListed):
            interests.add_favourite(member.pk, home)


def keep_search(scene: Scene) -> None:
    """Save a search; who has too many forgets one instead."""
    member = _one_of(scene, _members())
    word, beds = scene.random.choice(_WORDS), scene.random.randint(1, 4)
    often = scene.random.choice(Frequency.values)
    if member is None:
        return
    try:
        interests.create_search(
            member.pk, name=word, frequency=often, criteria={"q": word, "beds_min": beds}
        )
    except TooManySearches:
        kept = SavedSearch.objects.filter(account=member).order_by("pk").first()
        if kept:
            interests.remove_search(member.pk, kept.pk)


def enquire(scene: Scene) -> None:
    """Ask as a visitor without account, as most people do."""
    name = f"Visitor {scene.random.randrange(1_000)}"
    address = f"{name.lower().replace(' ', '-')}@maumeehomes.example"
    with suppress(HomeNotForSale):
        question = scene.random.choice(_QUESTIONS)
        enquiries.send(scene.home(), message=question, name=name, email=address)


def book_viewing(scene: Scene) -> None:
    """Ask for one of the hours that are left; somebody else may be quicker."""
    listing = Listing.objects.for_sale().filter(pk=scene.home()).first()
    visitor = _one_of(scene, _members())
    free = viewings.free_hours(listing.agent_id, timezone.now()) if listing else []
    if listing and visitor and free:
        with suppress(ViewingError):
            viewings.book(listing.pk, visitor.pk, scene.random.choice(free))


def edit_as_admin(scene: Scene) -> None:
    listing = Listing.objects.get(pk=scene.home())
    listing.garage_area += 1
    listing.save(update_fields=["garage_area"])


def update_in_bulk(scene: Scene) -> None:
    chosen = scene.random.sample(scene.homes, min(_BULK, len(scene.homes)))
    Listing.objects.filter(pk__in=chosen).update(lot_size=scene.random.randint(4_000, 9_000))


def make_offer(scene: Scene) -> None:
    """Bid for a home, if the site has a buyer."""
    buyer = _one_of(scene, _members())
    listing = Listing.objects.get(pk=scene.home())
    amount = max(1_000, round(listing.price * scene.random.uniform(0.88, 1.02), -2))
    day = timezone.localdate() + timedelta(days=scene.random.randint(1, 14))
    if buyer:
        # A refusal, say of a second offer for the home, is an answer, too.
        with suppress(PurchaseError):
            offer_services.make(buyer, listing.pk, amount=amount, expires_on=day)


def answer_offer(scene: Scene) -> None:
    """Accept or decline an open offer, if there is one."""
    waiting = Offer.objects.filter(status=OfferStatus.OPEN).select_related("listing__agent")
    offer = _one_of(scene, waiting.order_by("pk"))
    answer = scene.random.choice((offer_services.accept, offer_services.decline))
    if offer:
        with suppress(PurchaseError):
            answer(offer.listing.agent, offer.pk)


Deed = Callable[[Scene], None]

# How often each deed is done, in a thousand; readers far outnumber writers.
DEEDS: dict[Deed, int] = {
    view_home: 520,
    search: 300,
    reprice: 60,
    revise: 25,
    move_on: 20,
    list_home: 6,
    withdraw: 4,
    keep_home: 15,
    keep_search: 5,
    enquire: 12,
    book_viewing: 3,
    edit_as_admin: 15,
    make_offer: 7,
    answer_offer: 3,
    update_in_bulk: 5,
}


def _members() -> QuerySet[User]:
    return User.objects.filter(is_active=True, is_staff=False, groups=None).order_by("pk")


def _one_of(scene: Scene, rows: QuerySet[Row]) -> Row | None:
    number = int(scene.random.random() * rows.count())
    # None of them is left, or another thread took the last one away meanwhile.
    return next(iter(rows[number : number + 1]), None)


def _read(answer: httpx.Response) -> None:
    # A home that was withdrawn meanwhile is gone, and says so; that is an answer, too.
    if answer.status_code not in (httpx.codes.OK, httpx.codes.GONE):
        raise UnexpectedAnswer(f"{answer.request.url.path} answered {answer.status_code}")
