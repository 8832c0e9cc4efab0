"""What the whole site holds of a person: each app gives its section here, and takes it back.

Enters: a user. Leaves: one dictionary to download, or, on deletion, nothing of them.

An app that holds personal data registers a section once, in its `AppConfig.ready`:

    personal_data.register("enquiries", export=sent_by, erase=forget)

`export(user)` returns values that JSON can hold (dates too); `erase(user)` runs inside the
transaction that deletes the account, and removes or blanks what the app holds of the person. Of
an app that others write to while they erase, it is `is_last`.
Both are required, so that no app exports what it would then keep.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from monolith.accounts.models import User


@dataclass(frozen=True, slots=True)
class Section:
    export: Callable[[User], Any]
    erase: Callable[[User], None]
    is_last: bool


_sections: dict[str, Section] = {}


def register(
    name: str,
    *,
    export: Callable[[User], Any],
    erase: Callable[[User], None],
    is_last: bool = False,
) -> None:
    """Add a section; raises ``ValueError`` when two apps take the same name."""
    if name in _sections:
        raise ValueError(f"Two apps give the personal data section {name}.")
    _sections[name] = Section(export, erase, is_last)


def unregister(name: str) -> None:
    del _sections[name]


def export(user: User) -> dict[str, Any]:
    sections = {name: section.export(user) for name, section in sorted(_sections.items())}
    return {"account": _account(user), **sections}


def erase(user: User) -> None:
    """Let every app erase its part, in the caller's transaction; the account itself comes last."""
    for section in sorted(_sections.values(), key=lambda each: each.is_last):
        section.erase(user)


def _account(user: User) -> dict[str, Any]:
    names = ("id", "username", "email", "display_name", "first_name", "last_name", "date_joined")
    facts = {name: getattr(user, name) for name in (*names, "confirmed_at", "last_login")}
    groups = sorted(user.groups.values_list("name", flat=True))
    return {**facts, "agency": user.agency and user.agency.name, "groups": groups}
