"""Who visits the site: a number enters, a person with an invented name leaves.

Everybody draws from random numbers of their own, so that more people change nobody. No one can
log in, and no mail reaches anybody: addresses end in a name that is kept free for examples.
"""

from datetime import timedelta
from random import Random

from monolith.accounts.models import User
from monolith.listings.stock import names
from monolith.listings.stock.market import REFERENCE

DOMAIN = "example.org"
# No hash of anything, as Django marks it.
NO_PASSWORD = "!" + "0" * 40
MONTHS = 18


def draw(seed: int, number: int) -> Random:
    return Random(f"{seed}:person:{number}")


def person(number: int, random: Random) -> User:
    """Return an account that was registered and confirmed in the last months."""
    given, family = random.choice(names.GIVEN), random.choice(names.FAMILY)
    name = f"{given}.{family}.{number}".lower()
    joined = REFERENCE - timedelta(seconds=random.randrange(86_400, MONTHS * 30 * 86_400))
    was_back = random.random() < 0.8
    return User(
        username=name,
        email=f"{name}@{DOMAIN}",
        display_name=f"{given} {family}",
        password=NO_PASSWORD,
        date_joined=joined,
        confirmed_at=joined + timedelta(minutes=random.randrange(1, 600)),
        last_login=joined + (REFERENCE - joined) * random.random() if was_back else None,
    )
