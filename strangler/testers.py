"""A tester's token: who may choose the side that answers, for which routes, and until when.

On the line: a developer asks for one -> a request carries it as header, parameter or
cookie -> the gateway, in a canary, lets it decide before anything else. Signed with the
identity's key, under a name of its own: neither passes for the other.
"""

from strangler.adapter.keys import PrivateKey
from strangler.adapter.tokens import sign

ISSUER = "banyan-testers"
HEADER, PARAMETER, COOKIE = "banyan-tester", "banyan_tester", "banyan_tester"
SIDES = ("service", "monolith")
# Nobody can take one back before its time, so it is never long.
LONGEST = 24 * 3600


def issue(tester: str, sides: dict[str, str], key: PrivateKey, *, now: int, lifetime: int) -> str:
    """Return a token that sends its bearer to a side, by route."""
    told = "".join(side(route, where) for route, where in sides.items())
    claims = {"sub": tester, "sides": told}
    return sign(claims, key, now=now, lifetime=min(lifetime, LONGEST), issuer=ISSUER)


def side(route: str, where: str) -> str:
    """Return the words by which a token sends one route to a side."""
    return f",{route}={where},"
