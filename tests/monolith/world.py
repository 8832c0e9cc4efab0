"""One of everything: a person of each role, and what belongs to whom.

The home is the owner's, an agent; what was kept, asked and offered about it is the user's.
"""

from copy import copy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.utils import timezone

from monolith.accounts.models import AGENTS, Agency, User
from monolith.enquiries import services as enquiries
from monolith.interests import services as interests
from monolith.listings.models import Listing
from monolith.photos.models import Photo
from monolith.purchases import offer_services, purchase_services
from monolith.purchases.models import Offer
from monolith.viewings import hours
from monolith.viewings import services as viewings
from monolith.viewings.models import Viewing

# Of the owner's agency is the chief; of another one the rival and the rival chief.
ROLES = ("stranger", "user", "other", "owner", "rival", "chief", "rival_chief", "staff")


URLENCODED = "application/x-www-form-urlencoded"


@dataclass
class World:
    people: dict[str, User]
    # What stands in an address for a number of this name.
    numbers: dict[str, int]
    browsers: dict[str, Client] = field(default_factory=dict)

    def ask(
        self, role: str, method: str, path: str, body: bytes = b"", kind: str = URLENCODED
    ) -> Any:
        """Return the site's answer to somebody of the role, and undo what was changed."""
        if role not in self.browsers:
            self.browsers[role] = self._open(role)
        browser = copy(self.browsers[role])
        browser.cookies = copy(browser.cookies)
        with transaction.atomic():
            answer = browser.generic(method, path, body, content_type=kind)
            if answer.streaming:
                answer.getvalue()
            transaction.set_rollback(True)
        return answer

    def _open(self, role: str) -> Client:
        browser = Client(raise_request_exception=False)
        if role != "stranger":
            browser.force_login(self.people[role])
        return browser


def build(home: Listing) -> World:
    """Build it around a home, whose agent becomes the owner."""
    people = {"owner": home.agent, **_join()}
    river, hill = (
        Agency.objects.create(name=name, slug=name.lower()) for name in ("River", "Hill")
    )
    for role in ("owner", "chief", "rival", "rival_chief"):
        agency = hill if role.startswith("rival") else river
        _change(people[role], agency=agency, is_agency_admin=role.endswith("chief"))
    people["rival"].groups.add(Group.objects.get(name=AGENTS))
    _change(people["staff"], is_staff=True, is_superuser=True)
    return World(people, {"listing_id": home.pk, **_keep(home, people["user"])})


def _join() -> dict[str, User]:
    return {
        role: User.objects.create_user(role, f"{role}@example.org", "sesame", display_name=role)
        for role in ROLES
        if role not in ("stranger", "owner")
    }


def _change(person: User, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(person, name, value)
    person.save()


def _keep(home: Listing, user: User) -> dict[str, int]:
    interests.add_favourite(user.pk, home.pk)
    search = interests.create_search(
        user.pk, name="Porches", frequency="daily", criteria={"q": "porch"}
    )
    enquiry = enquiries.send(home.pk, message="Is the porch new?", account_id=user.pk)
    return {
        "search_id": search.pk,
        "enquiry_id": enquiry.pk,
        "reply_id": enquiries.reply(enquiry.pk, home.agent_id, "It is.").pk,
        "offer_id": _offer(home, user).pk,
        "bought_id": _buy(home, user).pk,
        "photo_id": Photo.objects.create(listing=home, digest="0" * 32, width=800, height=600).pk,
        "viewing_id": _visit(home, user).pk,
    }


def _visit(home: Listing, user: User) -> Viewing:
    hour = next(iter(hours.offered(timezone.now())))
    return viewings.confirm(viewings.book(home.pk, user.pk, hour).pk)


def _buy(home: Listing, user: User) -> Offer:
    another = Listing.objects.get(pk=home.pk)
    another.pk = None
    another.save()
    offer = _offer(another, user)
    offer_services.accept(home.agent, offer.pk)
    purchase_services.pay_deposit(user, offer.pk, "Wire 7")
    purchase_services.confirm_escrow(home.agent, offer.pk)
    return offer


def _offer(home: Listing, user: User) -> Offer:
    day = timezone.localdate() + timedelta(days=7)
    return offer_services.make(user, home.pk, amount=95_000, expires_on=day, note="With love.")
