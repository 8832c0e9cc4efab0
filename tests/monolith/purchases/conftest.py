"""Everybody who may meet an offer, and purchases brought as far as a test needs."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

import pytest
from django.test import Client
from django.utils import timezone

from monolith.accounts.models import Agency, User
from monolith.listings.models import Listing
from monolith.purchases import offer_services, purchase_services
from monolith.purchases.models import DocumentKind, Offer, Purchase

MakeOffer = Callable[..., Offer]
Bring = Callable[[str], Purchase]


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def other_buyer(db: None) -> User:
    return User.objects.create_user("una", "una@example.org", "sesame", display_name="Una Other")


@pytest.fixture
def people(
    agent: User, buyer: User, other_agent: User, other_buyer: User, admin_user: User
) -> dict[str, User]:
    """Name everybody by what they are to the agent's home and the buyer's offer for it."""
    agency = Agency.objects.create(name="River Homes", slug="river-homes")
    User.objects.filter(pk=agent.pk).update(agency=agency)
    agent.refresh_from_db()
    agency_admin = User.objects.create_user(
        "alma", "alma@example.org", "sesame", agency=agency, is_agency_admin=True
    )
    return {
        "buyer": buyer,
        "other buyer": other_buyer,
        "agent": agent,
        "other agent": other_agent,
        "agency admin": agency_admin,
        "staff": admin_user,
    }


@pytest.fixture
def client_of(people: dict[str, User]) -> Callable[[str], Client]:
    """Return a maker of clients, one for each; a stranger is nobody of them."""

    @cache
    def make(who: str) -> Client:
        client = Client()
        if who in people:
            client.force_login(people[who])
        return client

    return make


@pytest.fixture
def make_offer(buyer: User, listing: Listing) -> MakeOffer:
    def make(by: User | None = None, home: Listing | None = None, amount: int = 95_000) -> Offer:
        number = (home or listing).pk
        day = in_days(7)
        return offer_services.make(
            by or buyer, number, amount=amount, expires_on=day, note="With love."
        )

    return make


@pytest.fixture
def offer(make_offer: MakeOffer) -> Offer:
    return make_offer()


@pytest.fixture
def bring(offer: Offer, agent: User, buyer: User) -> Bring:
    """Return what accepts the offer and brings its purchase to a status."""
    number = offer.pk

    def sign_all() -> None:
        for kind in DocumentKind:
            purchase_services.sign(buyer, number, kind, "bo  BUYER")
            purchase_services.sign(agent, number, kind, "Ada Agent")

    steps: dict[str, Callable[[], None]] = {
        "accepted": lambda: offer_services.accept(agent, number),
        "deposit_paid": lambda: purchase_services.pay_deposit(buyer, number, "Wire 7"),
        "in_escrow": lambda: purchase_services.confirm_escrow(agent, number),
        "documents_signed": sign_all,
        "completed": lambda: purchase_services.complete(agent, number),
    }

    def to(status: str) -> Purchase:
        for name, step in steps.items():
            step()
            if name == status:
                break
        return Purchase.objects.select_related("offer", "listing").get()

    return to
