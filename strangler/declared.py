"""The flags for behaviour that is no route, read from the reviewed file ``flags.toml``.

On the line: which side sends a mail, whether a link is shown: code asks by name, this file
says who owns the name and what holds until somebody moves it. Enters: TOML. Leaves: flags.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strangler import fields
from strangler.audience import Audience, AudienceError, audience
from strangler.fields import DeclarationError
from strangler.routes import Route

_REQUIRED = {"id", "owner", "note"}
_OPTIONAL = {"start", "expires", "waffle"}


@dataclass(frozen=True, slots=True)
class Flag:
    """A behaviour that some see and others do not yet; ``start`` holds until it is moved."""

    id: str
    owner: str
    note: str
    start: Audience
    expires: datetime.date | None = None
    # The name of the django-waffle flag of the old site that it is kept in step with.
    waffle: str = ""

    def is_overdue(self, today: datetime.date) -> bool:
        """Tell whether it should be gone by now."""
        return self.expires is not None and self.expires <= today


def load(file: Path, routes: Iterable[Route] = ()) -> tuple[Flag, ...]:
    """Return the file's flags; raises ``DeclarationError``, for a route's flag too."""
    flags = parse(fields.content(file))
    taken = {route.flag: route.id for route in routes}
    for flag in flags:
        if flag.id in taken:
            raise DeclarationError(f"flag {flag.id} is the flag of route {taken[flag.id]}")
    return flags


def parse(content: dict[str, Any]) -> tuple[Flag, ...]:
    """Return the flags of a file's content; raises ``DeclarationError``."""
    flags = tuple(
        _flag(entry, number) for number, entry in enumerate(fields.entries(content, "flag"), 1)
    )
    seen: set[str] = set()
    for flag in flags:
        if flag.id in seen:
            raise DeclarationError(f"flag {flag.id} is declared twice")
        seen.add(flag.id)
    return flags


def _flag(entry: dict[str, Any], number: int) -> Flag:
    who = f"flag {entry.get('id') or number}"
    fields.refuse_missing(who, entry, _REQUIRED)
    fields.refuse_unknown(who, entry, _REQUIRED | _OPTIONAL)
    return Flag(
        id=fields.name(who, "id", entry["id"]),
        owner=fields.text(who, "owner", entry["owner"]),
        note=fields.text(who, "note", entry["note"]),
        start=_start(who, entry.get("start", {})),
        expires=fields.date(who, "expires", entry.get("expires")),
        waffle=fields.text(who, "waffle", entry["waffle"]) if "waffle" in entry else "",
    )


def _start(who: str, start: Any) -> Audience:
    if not isinstance(start, dict):
        raise DeclarationError(f"{who}: start must be a table, as {{ percent = 10 }}")
    try:
        return audience(**fields.audience_words(f"{who}: start", start))
    except AudienceError as error:
        raise DeclarationError(f"{who}: {error}") from error
