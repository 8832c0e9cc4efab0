"""The identity cookie: who asks, signed, so that gateway and services need not ask back.

On the line: the monolith answers a page -> this cookie rides on the answer -> the next
request carries it through the gateway (which routes by ``bucket`` and ``groups``) to a
service (which trusts it). Enters: the request's user. Leaves: ``banyan_id``.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import uuid4

from strangler import flags

from .keys import PrivateKey, Trusted
from .tokens import authentic, sign

COOKIE = "banyan_id"
LIFETIME = 3600
# The browser keeps it longer than it is valid: a visitor who comes back next week
# proves with the old one which bucket was theirs.
KEPT = 30 * 24 * 3600
# A cookie above 4 kB is dropped by browsers, and its owner would be nobody for ever.
MAX_NAME = 100
MAX_GROUPS = 1000


@dataclass(frozen=True, slots=True)
class Person:
    """What the cookie says about whoever asks; a visitor has neither name nor groups."""

    subject: str
    name: str = ""
    is_staff: bool = False
    groups: str = ","
    # Ties the cookie to the session that it was issued in, so that another session's
    # page never goes by it. Not a secret, and no way back to one.
    session: str = ""

    @property
    def is_visitor(self) -> bool:
        return self.subject.startswith("v:")

    @property
    def bucket(self) -> int:
        return flags.bucket(self.subject)


@dataclass(frozen=True, slots=True)
class Identity:
    """A cookie that our key has signed, and when it ends."""

    person: Person
    expires: int

    def is_valid(self, now: int) -> bool:
        return now < self.expires

    def is_worn(self, now: int) -> bool:
        """Less than half of its life is left (or none): time for a new one."""
        return now > self.expires - LIFETIME // 2


def visitor(session: str = "") -> Person:
    """Return a person never seen before."""
    return Person(f"v:{uuid4().hex}", session=session)


def of_user(user: Any, session: str = "") -> Person:
    """Describe an authenticated Django user; one query, for the groups."""
    return Person(
        subject=f"u:{user.pk}",
        name=display_name(user)[:MAX_NAME],
        is_staff=bool(getattr(user, "is_staff", False)),
        groups=framed(_group_names(user)),
        session=session,
    )


def display_name(user: Any) -> str:
    """Return the name that pages greet a user by: the full one, else the log-in name."""
    full_name = user.get_full_name() if hasattr(user, "get_full_name") else ""
    return str(full_name or user.get_username())


def framed(names: list[str]) -> str:
    """Join names so that ``,pilot,`` is found in them exactly when one is ``pilot``."""
    text = ","
    for name in sorted(set(names)):
        # A comma in a name would let one group pass for another.
        if name and "," not in name and len(text) + len(name) < MAX_GROUPS:
            text += f"{name},"
    return text


def session_mark(session_key: str | None) -> str:
    """Return the mark of a session key; "" for none."""
    return sha256(session_key.encode()).hexdigest()[:8] if session_key else ""


def issue(person: Person, key: PrivateKey, now: int) -> str:
    """Return the cookie's value."""
    claims = {
        "sub": person.subject,
        "bucket": person.bucket,
        "name": person.name,
        "staff": person.is_staff,
        "groups": person.groups,
        "session": person.session,
    }
    return sign(claims, key, now=now, lifetime=LIFETIME)


def verify(token: str, trusted: Trusted) -> Identity | None:
    """Return what a cookie says if a trusted key signed it, expired or not; else ``None``."""
    claims = authentic(token, trusted)
    if claims is None or "bucket" not in claims:
        return None
    person = Person(
        claims["sub"],
        name=claims["name"],
        is_staff=claims["staff"],
        groups=claims["groups"],
        session=claims.get("session", ""),
    )
    return Identity(person, int(claims["exp"]))


def _group_names(user: Any) -> list[str]:
    # A site may have read them already, and may know of roles that are no rows.
    told = getattr(user, "identity_groups", None)
    if told is not None:
        return list(told)
    groups = getattr(user, "groups", None)
    return [] if groups is None else list(groups.values_list("name", flat=True))
