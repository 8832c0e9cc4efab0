"""Pages of the API that neither skip nor repeat a home while homes come and go.

Enters: a search and the cursor of a link. Leaves: homes, and links to those before and behind. A
cursor is the place of a home in the order, signed: it holds also when that home is gone, costs as
much on the last page as on the first, and nobody can make one up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer

from consumers.search.index.port import Bookmark, SearchSelection, Standing
from consumers.search.pager import PAGE_SIZE

# A place is written as one number, the id in its lower part.
_ID_BITS = 32
_BEGINNING = Standing(0, 0)
_FAULT = "This is no cursor of such a search; begin without one."


@dataclass(frozen=True, slots=True)
class CursorPage:
    """Homes next to a cursor, and the cursors before the first and behind the last."""

    rows: list[dict[str, Any]]
    previous: str
    next: str


class CursorField(forms.CharField):
    """A cursor; leaves it as it came, if it is ours."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=200, widget=forms.HiddenInput)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if text:
            _opened(text)
        return text


def cursor_of(mark: Bookmark, order: str) -> str:
    """Return the cursor of a place in an order."""
    side = "before" if mark.is_before else "behind"
    value, number = mark.standing or _BEGINNING
    return str(_signer().sign(f"{order}:{side}:{value << _ID_BITS | number:x}"))


def mark_of(cursor: str, order: str) -> Bookmark:
    """Return the place. Raises ``ValidationError`` for a cursor of another order, or not ours."""
    if not cursor:
        return Bookmark()
    own, mark = _opened(cursor)
    if own != order:
        raise ValidationError(_FAULT, "cursor")
    return mark


def order_of(asked: Mapping[str, Any]) -> str:
    """Return what an order depends on: places in one say nothing in another."""
    sort = asked["sort"] or "newest"
    return f"distance {asked['near']}" if sort == "distance" else str(sort)


def page_of(selection: SearchSelection, mark: Bookmark, order: str) -> CursorPage:
    """Return the homes next to a place, and what leads on and back."""
    # One more tells whether there are others in the direction that one goes.
    found = selection.rows_from(mark, PAGE_SIZE + 1)
    if mark.is_before:
        shown, has_previous = found[-PAGE_SIZE:], len(found) > PAGE_SIZE
        has_next = mark.standing is not None
    else:
        shown, has_next = found[:PAGE_SIZE], len(found) > PAGE_SIZE
        has_previous = mark.standing is not None
    if not shown:
        # Whatever was there is gone; the way back leads to what is left.
        turned = Bookmark(mark.standing, not mark.is_before)
        back = cursor_of(turned, order) if mark.standing is not None else ""
        return CursorPage([], "" if mark.is_before else back, back if mark.is_before else "")
    first, last = Bookmark(shown[0][0], is_before=True), Bookmark(shown[-1][0])
    return CursorPage(
        [row for _, row in shown],
        cursor_of(first, order) if has_previous else "",
        cursor_of(last, order) if has_next else "",
    )


def _opened(cursor: str) -> tuple[str, Bookmark]:
    try:
        order, side, place = _signer().unsign(cursor).rsplit(":", 2)
        value, number = divmod(int(place, 16), 1 << _ID_BITS)
        return order, Bookmark(Standing(value, number), is_before=side == "before")
    except (BadSignature, ValueError):
        raise ValidationError(_FAULT, "cursor") from None


def _signer() -> Signer:
    return Signer(salt="search.cursors")
