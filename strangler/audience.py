"""Whom something new reaches: a share of all, and some who go first, for a time.

On the line: kept by the control plane for each route in a canary and for each flag; told
the same way to Envoy (as ranges and conditions) and to Python (here). Enters: words and
numbers. Leaves: an ``Audience`` that makes sense. No Django.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from . import flags


class AudienceError(ValueError):
    """Whom something reaches makes no sense; the message is one line."""


@dataclass(frozen=True, slots=True)
class Audience:
    """A share of all people, and those who are in whatever the share; nobody outside its time."""

    percent: Decimal = Decimal(0)
    groups: tuple[str, ...] = ()
    staff: bool = False
    # Primary keys of the site's users.
    users: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def subjects(self) -> tuple[str, ...]:
        """Return the users as the identity cookie names them."""
        return tuple(f"u:{user}" for user in self.users)

    @property
    def segments(self) -> int:
        """Return how many are named who go first."""
        return len(self.groups) + len(self.users) + self.staff

    def at(self, now: datetime) -> "Audience":
        """Return whom it reaches at a moment, without the times."""
        began = self.since is None or self.since <= now
        ended = self.until is not None and self.until <= now
        return replace(self, since=None, until=None) if began and not ended else NOBODY

    def changed(self, named: Mapping[str, Any]) -> "Audience":
        """Return it with what is named; what is ``None`` stays. Raises ``AudienceError``."""
        kept = {name: getattr(self, name) for name in self.__slots__}
        return audience(**kept | {name: v for name, v in named.items() if v is not None})

    def words(self) -> str:
        """Say in plain words who is meant."""
        named = [f'the group "{group}"' for group in self.groups]
        if len(self.groups) > 1:
            named = ["the groups " + " and ".join(f'"{group}"' for group in self.groups)]
        if self.staff:
            named.append("staff")
        if self.users:
            named.append(f"the user{'s' if len(self.users) > 1 else ''} {', '.join(self.users)}")
        if self.percent or not named:
            named.append(f"{plain(self.percent)} % of users")
        return _listed(named) + self._time_words()

    def to_json(self) -> dict[str, Any]:
        """Return what is written to disk, the database and the API."""
        return {
            "percent": plain(self.percent),
            "groups": [*self.groups],
            "staff": self.staff,
            "users": [*self.users],
            "from": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Audience":
        """Read back what ``to_json`` wrote, now or before it knew as much."""
        return audience(
            content["percent"],
            content["groups"],
            staff=content.get("staff", False),
            users=content.get("users", ()),
            since=content.get("from"),
            until=content.get("until"),
        )

    def _time_words(self) -> str:
        since = f" from {_moment(self.since)}" if self.since else ""
        return since + (f" until {_moment(self.until)}" if self.until else "")


NOBODY = Audience()
EVERYBODY = Audience(Decimal(100))


def audiences(text: str) -> dict[str, Audience]:
    """Return whom a published file's flags reach; raises ``ValueError`` for any other text."""
    try:
        told = json.loads(text)["flags"]
        return {name: Audience.from_json(content) for name, content in told.items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a file of flags: {error!r}") from error


def audience(
    percent: object = None,
    groups: Iterable[str] | None = None,
    *,
    staff: bool = False,
    users: Iterable[object] | None = None,
    since: datetime | str | None = None,
    until: datetime | str | None = None,
) -> Audience:
    """Return an audience from words; raises ``AudienceError``."""
    begins, ends = _time("from", since), _time("until", until)
    if begins and ends and begins >= ends:
        raise AudienceError(f"it would end ({_moment(ends)}) before it begins")
    return Audience(
        _percent(Decimal(0) if percent is None else percent),
        tuple(sorted({_group(name) for name in _listing("groups", groups)})),
        bool(staff),
        tuple(dict.fromkeys(_user(user) for user in _listing("users", users))),
        begins,
        ends,
    )


def plain(percent: Decimal) -> str:
    """Write a percent without needless zeros: 10, 0.5."""
    return f"{percent.normalize():f}"


def _percent(value: object) -> Decimal:
    try:
        number = Decimal(str(value))
        flags.share(number)
    except (InvalidOperation, flags.PercentError):
        raise AudienceError(
            f"percent must be from 0 to 100 in steps of 0.01, not {value}"
        ) from None
    return number


def _listing(name: str, values: Iterable[Any] | None) -> Iterable[Any]:
    # A text is a list of its letters to Python, and never what is meant.
    if values is not None and not isinstance(values, list | tuple):
        raise AudienceError(f"{name} must be a list, not {values!r}")
    return values or ()


def _group(name: object) -> str:
    if not isinstance(name, str) or not _is_plain(name):
        raise AudienceError(f"group {name!r} must be a name without commas, in ASCII")
    return name.strip()


def _user(key: object) -> str:
    text = str(key).strip()
    if not _is_plain(text):
        raise AudienceError(f"user {key!r} must be a primary key of the site's users")
    return text


def _is_plain(text: str) -> bool:
    return bool(text.strip()) and "," not in text and text.isprintable() and text.isascii()


def _time(name: str, value: datetime | str | None) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        is_known = moment.tzinfo is not None
    except (ValueError, TypeError, AttributeError):
        raise AudienceError(f"{name} {value!r} must be a time, as 2030-01-31T09:00Z") from None
    if not is_known:
        raise AudienceError(f"{name} {value} must say its zone, as 2030-01-31T09:00Z")
    return moment.astimezone(UTC)


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 2 else names)
