"""A django-waffle flag in our words, and what of it has none.

On the line: the old site's flags -> this -> ``flagging``. Enters: a flag as waffle keeps
it. Leaves: an audience, and a line for each thing that could not be kept. Pure functions.
"""

from dataclasses import dataclass
from typing import Any

from strangler.audience import EVERYBODY, NOBODY, Audience, AudienceError, audience

# Waffle's own words, and what to do instead.
_UNKNOWN = {
    "superusers": "superusers go first: make them staff, or name them as users",
    "authenticated": "whoever is logged in goes first: there is no such segment",
    "languages": "some languages go first: there is no such segment",
    "testing": "testing mode: a query parameter switched it; nobody may switch a flag by hand",
}


@dataclass(frozen=True, slots=True)
class Translated:
    """Whom a waffle flag reaches in our words, and what could not be said."""

    audience: Audience
    lost: tuple[str, ...]


def translated(told: dict[str, Any]) -> Translated:
    """Return a flag in our words.

    The share keeps its size and not its people: waffle draws lots and remembers them in a
    cookie, we go by a bucket.
    """
    if told["everyone"] is not None:
        # Waffle asks nothing else then.
        return Translated(EVERYBODY if told["everyone"] else NOBODY, ())
    lost = [words for name, words in _UNKNOWN.items() if told[name]]
    groups: list[str] = []
    for group in told["groups"]:
        try:
            groups.extend(audience(0, [group]).groups)
        except AudienceError as error:
            lost.append(str(error))
    whom = audience(told["percent"] or 0, groups, staff=told["staff"], users=told["users"])
    return Translated(whom, tuple(lost))
