"""The only writer of where flags stand: each change whole, audited and announced.

On the line: a person decides -> this -> the agent publishes -> code that asks follows.
Enters: a wish with a reason. Leaves: what is true now. As ``services``, without stages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from strangler.audience import Audience, AudienceError, audience
from strangler.declared import Flag

from .ledger import Author, Refused, Unknown, announce, locked, need_revision
from .models import FlagChange, FlagState


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a flag reached and reaches; ``revision`` is the gateway's, 0 if nothing changed."""

    before: Audience
    after: Audience
    revision: int


def audiences() -> dict[str, Audience]:
    """Return whom every moved flag reaches."""
    return {state.flag_id: state.whom for state in FlagState.objects.all()}


def find(flags: tuple[Flag, ...], flag_id: str) -> Flag:
    """Return a declared flag; raises ``Unknown``."""
    for flag in flags:
        if flag.id == flag_id:
            return flag
    known = ", ".join(flag.id for flag in flags) or "none"
    raise Unknown(f"unknown flag {flag_id!r}; declared: {known}")


def current(flag: Flag) -> tuple[Audience, int]:
    """Return whom a flag reaches and its revision; 0 while nobody has moved it."""
    state = FlagState.objects.filter(pk=flag.id).first()
    return (state.whom, state.revision) if state else (flag.start, 0)


def named(now: Audience, wish: Mapping[str, Any]) -> dict[str, Any]:
    """Return an audience's words as wished for; what is not named (``None``) stays."""
    kept = {name: getattr(now, name) for name in now.__slots__}
    return {**kept, **{name: value for name, value in wish.items() if value is not None}}


def set_flag(
    flag: Flag,
    wish: Mapping[str, Any],
    author: Author,
    *,
    expected_revision: int | None = None,
    dry_run: bool = False,
) -> Reached:
    """Move a flag. Raises ``Refused`` or ``Outdated``; a dry run raises just the same."""
    with locked(author, dry_run=dry_run) as gateway:
        before, revision = current(flag)
        need_revision(flag.id, expected_revision, revision)
        try:
            wanted = audience(**named(before, wish))
        except AudienceError as error:
            raise Refused(str(error)) from error
        if before == wanted:
            return Reached(before, wanted, 0)
        _move(flag, before, wanted, revision, author)
        return Reached(before, wanted, announce(gateway))


def undo(flag: Flag, author: Author, *, expected_revision: int | None = None) -> Reached:
    """Take the last change of a flag back, whichever way it went."""
    with locked(author) as gateway:
        before, revision = current(flag)
        need_revision(flag.id, expected_revision, revision)
        change = FlagChange.objects.filter(flag_id=flag.id).order_by("-id").first()
        if change is None:
            raise Refused(f"nobody has moved {flag.id} yet")
        wanted = Audience.from_json(change.before)
        _move(flag, before, wanted, revision, author)
        return Reached(before, wanted, announce(gateway))


def _move(flag: Flag, before: Audience, after: Audience, revision: int, author: Author) -> None:
    FlagState(flag_id=flag.id, audience=after.to_json(), revision=revision + 1).save()
    FlagChange.objects.create(
        flag_id=flag.id,
        who=author.who,
        reason=author.reason,
        before=before.to_json(),
        after=after.to_json(),
    )
