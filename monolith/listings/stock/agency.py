"""The agents whose homes these are, and the sellers behind them: invented names, fixed order.

Three agencies share the market; each but the first has an admin among its agents.
The first agent is the demo account's; it gets its password only where demo accounts are wanted.
"""

from random import Random

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.text import slugify

from monolith.accounts.models import AGENTS, Agency, User
from monolith.listings.stock import names

# The demo agent's first.
AGENCIES = ("Maumee Homes", "Swan Creek Realty", "Ottawa Park Brokers")
DEMO_AGENT = "agent"
DEMO_SHARE = 0.06


def hire() -> list[User]:
    """Create the agents of the agencies, without passwords, in the group that may edit listings."""
    agencies = [
        Agency.objects.get_or_create(name=name, defaults={"slug": slugify(name)})[0]
        for name in AGENCIES
    ]
    agents = [
        User(
            username=DEMO_AGENT if position == 0 else f"{given}.{family}".lower(),
            email=f"{given}.{family}@maumeehomes.example".lower(),
            display_name=f"{given} {family}",
            password=make_password(None),
            agency=agencies[position % len(agencies)],
            is_agency_admin=0 < position < len(agencies),
            confirmed_at=timezone.now(),
        )
        for position, (given, family) in enumerate(zip(names.GIVEN, names.FAMILY, strict=True))
    ]
    User.objects.bulk_create(agents, ignore_conflicts=True)
    hired = list(User.objects.filter(username__in=[a.username for a in agents]).order_by("id"))
    Group.objects.get(name=AGENTS).user_set.add(*hired)
    return hired


def choose(agents: list[User], neighbourhood: int, random: Random) -> User:
    """Pick who sells a home: the demo agent has a share everywhere, others their own patch."""
    if random.random() < DEMO_SHARE:
        return next(agent for agent in agents if agent.username == DEMO_AGENT)
    return agents[(neighbourhood * 3 + random.randrange(3)) % len(agents)]


def seller(random: Random) -> str:
    return f"{random.choice(names.GIVEN)} {random.choice(names.FAMILY)}"
