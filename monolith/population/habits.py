"""What people did on the site: a person and the homes on the market enter; what they kept and
asked leaves, each at a moment after they joined.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from monolith.accounts.models import User
from monolith.enquiries.models import Enquiry, Reply
from monolith.interests.models import Favourite, Frequency, SavedSearch
from monolith.listings.stock import facts, names
from monolith.listings.stock.market import REFERENCE
from monolith.population.market import Home
from monolith.viewings.hours import HERE
from monolith.viewings.models import Status, Viewing

WORDS = ("porch", "brick ranch", "fireplace", "maple floors", "restored", "garden")
ANSWERS = {
    "Is the home still to be had, and how soon could one move in?": "It is; within two months.",
    "Which year is the roof from?": "I asked the owner: it was laid nine years ago.",
    "Do the appliances stay?": "All in the kitchen do; the washer goes with the owner.",
    "How high were the heating costs last winter?": "I have the bills here; come and see them.",
    "Is the basement dry?": "It is, and has been as long as the owner remembers.",
}
QUESTIONS = tuple(ANSWERS)


def favourites(user: User, homes: Sequence[Home], random: Random) -> Iterator[Favourite]:
    count = min(int(random.expovariate(0.25)), 40)
    for home in {_popular(homes, random).id: None for _ in range(count)}:
        yield Favourite(account=user, listing_id=home, added_at=_moment(user, random))


def searches(user: User, random: Random) -> Iterator[SavedSearch]:
    for _ in range(random.choices((0, 1, 2, 3), (45, 35, 15, 5))[0]):
        at, wanted = _moment(user, random), _criteria(random)
        yield SavedSearch(
            account=user,
            name=", ".join(str(value) for value in wanted.values())[:80],
            criteria=wanted,
            frequency=random.choice(Frequency.values),
            created_at=at,
            changed_at=at,
        )


def enquiries(user: User, homes: Sequence[Home], random: Random) -> Iterator[Enquiry]:
    for _ in range(random.choices((0, 1, 2), (60, 30, 10))[0]):
        at = _moment(user, random)
        is_answered = random.random() < 0.8
        yield Enquiry(
            account=user,
            listing_id=_popular(homes, random).id,
            message=random.choice(QUESTIONS),
            sent_at=at,
            answered_at=at + timedelta(hours=random.randrange(1, 48)) if is_answered else None,
        )


def replies(asked: Sequence[Enquiry], agents: Mapping[int, int]) -> Iterator[Reply]:
    """Answer as the homes' agents what was answered."""
    for enquiry in asked:
        if enquiry.answered_at:
            yield Reply(
                enquiry=enquiry,
                author_id=agents[enquiry.listing_id],
                text=ANSWERS[enquiry.message],
                sent_at=enquiry.answered_at,
            )


def viewings(user: User, homes: Sequence[Home], random: Random) -> Iterator[Viewing]:
    """Yield those of the past; what is still to come is asked for by people who log in."""
    if random.random() < 0.25:
        home, asked_at = _popular(homes, random), _moment(user, random)
        day = asked_at.astimezone(HERE) + timedelta(days=random.randrange(1, 10))
        starts_at = day.replace(hour=random.randrange(10, 18), minute=0, second=0, microsecond=0)
        yield Viewing(
            account=user,
            listing_id=home.id,
            agent_id=home.agent_id,
            starts_at=starts_at,
            status=random.choices((Status.DONE, Status.CANCELLED), (85, 15))[0],
            created_at=asked_at,
            changed_at=starts_at + timedelta(hours=1),
        )


def _popular(homes: Sequence[Home], random: Random) -> Home:
    """Choose a home; a few are far more popular than the rest, as on any site."""
    return homes[(int(random.paretovariate(0.5)) - 1) % len(homes)]


def _moment(user: User, random: Random) -> datetime:
    return user.date_joined + (REFERENCE - user.date_joined) * random.random()


def _criteria(random: Random) -> dict[str, Any]:
    """Return a search in the form that `interests.criteria.normalised` gives it."""
    wanted: dict[str, Any] = {}
    if random.random() < 0.4:
        wanted["q"] = random.choice(WORDS)
    if random.random() < 0.7:
        wanted["price_max"] = random.randrange(60_000, 400_000, 10_000)
    if random.random() < 0.5:
        wanted["beds_min"] = random.randint(2, 4)
    if random.random() < 0.3:
        wanted["garage"] = random.choice(list(facts.GARAGES.values()))
    if random.random() < 0.3 or not wanted:
        wanted["neighbourhood"] = random.choice(names.NEIGHBOURHOODS)
    return wanted
