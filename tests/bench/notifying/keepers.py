"""People who keep homes or look for one, made by the monolith's own services in this process.

Enters: a process that is one of the monolith's. Leaves: confirmed accounts whose contact was told,
favourites of homes that nobody had kept, and searches for one price.
"""

from collections.abc import Iterable

DOMAIN = "keepers.example"


def addresses(number: int) -> list[str]:
    """Return whom `people` returns, as mails are addressed."""
    return [f"keeper-{count}@{DOMAIN}" for count in range(1, number + 1)]


def people(number: int) -> list[int]:
    """Return those who keep homes; the first call makes them."""
    from django.utils import timezone

    from monolith.accounts import services
    from monolith.accounts.models import User

    for email in addresses(number):
        name = email.partition("@")[0]
        known = {"email": email, "display_name": name, "confirmed_at": timezone.now()}
        User.objects.get_or_create(username=name, defaults=known)
    while services.tell_contacts():
        pass
    mine = User.objects.filter(email__endswith=f"@{DOMAIN}").order_by("pk")
    return list(mine.values_list("pk", flat=True)[:number])


def homes(most: int) -> list[tuple[int, int]]:
    """Return (id, price) of homes for sale that nobody keeps, and of which there is no news."""
    from monolith.alerts.models import Change
    from monolith.listings.models import Listing

    fresh = Listing.objects.filter(status="active", favourites=None, price__gt=10_000)
    # One that is new would be in an overview before it gets cheaper, too.
    fresh = fresh.exclude(pk__in=Change.objects.values("listing_id"))
    return list(fresh.order_by("-pk").values_list("pk", "price")[:most])


def keep(home: int, keepers: Iterable[int]) -> None:
    """Let each of them keep the home."""
    from monolith.interests import services

    for person in keepers:
        services.add_favourite(person, home)


def follow(person: int) -> None:
    """Let somebody want an overview of all that happens."""
    from monolith.interests import services
    from monolith.interests.models import SavedSearch

    if not SavedSearch.objects.filter(account_id=person, frequency="daily").exists():
        everything = {"price_min": 1}
        services.create_search(person, name="All", frequency="daily", criteria=everything)


def look_for(price: int, person: int) -> None:
    """Let somebody want to hear of whatever costs exactly that. Raises ``TooManySearches``."""
    from monolith.interests import services

    asked = {"price_min": price, "price_max": price}
    services.create_search(person, name="Exactly that", frequency="instant", criteria=asked)
