"""The steps from an address to a published home: a listing enters, where it stands leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse

from monolith.listings import drafting, services
from monolith.listings.models import Listing, Status
from monolith.listings.steps.forms import FactsForm, PlaceForm, PriceForm, WordsForm

Save = Callable[[int, dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A page that asks for some of a home's facts; ``save`` is how they are kept."""

    name: str
    title: str
    form: Any = None
    save: Save = drafting.correct
    route: str = ""

    def url(self, listing: Listing) -> str:
        return reverse(self.route or f"listings:{self.name}", args=[listing.pk])


def _save_words(listing_id: int, words: dict[str, Any]) -> None:
    services.revise(listing_id, **words)


def _save_price(listing_id: int, asked: dict[str, Any]) -> None:
    services.reprice(listing_id, **asked)


STEPS = (
    Step("place", "Address", PlaceForm),
    Step("facts", "Facts", FactsForm),
    Step("words", "Words", WordsForm, _save_words),
    Step("price", "Price", PriceForm, _save_price),
    Step("photos", "Photos", route="photos:of"),
    Step("review", "Review"),
)
# Where the later life of a listing is looked after.
EDIT = Step("edit", "Price, status and words")
NAMED = {step.name: step for step in STEPS}
# In which step what buyers must be told is asked.
ASKED_IN = {
    **dict.fromkeys(("stories", "wall", "garage"), "facts"),
    **dict.fromkeys(("title", "description"), "words"),
    "price": "price",
}


@transaction.atomic
def save(step: Step, listing_id: int, answers: dict[str, Any]) -> None:
    """Keep a step's answers; raises ``ChangedMeanwhile``, and what its service raises."""
    services.guard(listing_id, answers["seen_version"])
    step.save(listing_id, {name: v for name, v in answers.items() if name != "seen_version"})


def after(name: str) -> Step:
    return STEPS[STEPS.index(NAMED[name]) + 1]


def before(name: str) -> Step | None:
    at = STEPS.index(NAMED[name])
    return STEPS[at - 1] if at else None


def progress(listing: Listing, current: str) -> list[dict[str, Any]]:
    """Return what the pages of a listing link to: all steps, or what may be edited later."""
    shown = STEPS if listing.status == Status.DRAFT else (EDIT, *STEPS[:2], NAMED["photos"])
    return [
        {"title": step.title, "url": step.url(listing), "is_current": step.name == current}
        for step in shown
    ]


def lacking(listing: Listing) -> list[dict[str, str]]:
    """Return what keeps a listing from being published, each with the step that asks for it."""
    return [
        {"name": name, "url": NAMED[ASKED_IN[name]].url(listing)}
        for name in services.missing(listing)
    ]
