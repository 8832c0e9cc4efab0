"""The only writer of where flags stand: each change whole, audited and announced.

On the line: a person decides -> this -> the agent publishes -> code that asks follows.
Enters: a wish with a reason. Leaves: what is true now. As ``services``, without stages.
"""

from typing import Any

from strangler.audience import Audience
from strangler.declared import Flag

from .ledger import Author, Moved, announce, last, locked, need_revision
from .models import FlagChange, FlagState

Reached = Moved[Audience]


def audiences() -> dict[str, Audience]:
    """Return whom every moved flag reaches."""
    return {state.flag_id: state.whom for state in FlagState.objects.all()}


def current(flag: Flag) -> tuple[Audience, int]:
    """Return whom a flag reaches and its revision; 0 while nobody has moved it."""
    state = FlagState.objects.filter(pk=flag.id).first()
    return (state.whom, state.revision) if state else (flag.start, 0)


def set_flag(
    flag: Flag,
    author: Author,
    *,
    expected_revision: int | None = None,
    dry_run: bool = False,
    **named: Any,
) -> Reached:
    """Move a flag to whom is named; what is not, or ``None``, stays.

    Raises ``Refused`` or ``Outdated``; a dry run raises just the same.
    """
    with locked(author, dry_run=dry_run) as gateway:
        before, revision = current(flag)
        need_revision(flag.id, expected_revision, revision)
        wanted = before.changed(named)
        if before == wanted:
            return Moved(before, wanted, 0)
        _move(flag, before, wanted, revision, author)
        return Moved(before, wanted, announce(gateway))


def undo(flag: Flag, author: Author, *, expected_revision: int | None = None) -> Reached:
    """Take the last change of a flag back, whichever way it went."""
    with locked(author) as gateway:
        before, revision = current(flag)
        need_revision(flag.id, expected_revision, revision)
        change = last(flag.id, FlagChange.objects.filter(flag_id=flag.id))
        wanted = Audience.from_json(change.before)
        _move(flag, before, wanted, revision, author)
        return Moved(before, wanted, announce(gateway))


def _move(flag: Flag, before: Audience, after: Audience, revision: int, author: Author) -> None:
    FlagState(flag_id=flag.id, audience=after.to_json(), revision=revision + 1).save()
    FlagChange.objects.create(
        flag_id=flag.id,
        who=author.who,
        reason=author.reason,
        before=before.to_json(),
        after=after.to_json(),
    )
