"""People who ask about homes and come to see them, by the monolith's own services.

Enters: a process that is one of the monolith's, homes and people. Leaves: enquiries, and viewings
that are asked for and called off.
"""


def ask(home: int, person: int) -> None:
    """Ask the home's agent."""
    from monolith.enquiries import services

    services.send(home, message="Is it still for sale?", account_id=person)


def book(home: int, person: int) -> int:
    """Ask for the next free hour; return the viewing. Raises ``ViewingError``."""
    from django.utils import timezone

    from monolith.listings.models import Listing
    from monolith.viewings import services

    agent = Listing.objects.values_list("agent_id", flat=True).get(pk=home)
    hour = services.free_hours(agent, timezone.now())[0]
    return services.book(home, person, hour).pk


def call_off(viewing: int) -> None:
    """Cancel it, as the visitor."""
    from monolith.viewings import services

    services.cancel(viewing, by_agent=False)
