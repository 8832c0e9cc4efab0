"""Links to the homes before and behind those of an answer of the API, for as long as one follows.

Enters: a form and what it found. Leaves: the answer with `next` and `previous`, each an address or
null; of a cursor's answer the numbers of pages are left out, as they mean nothing there.
"""

from typing import Any

from consumers.search.cursors import mark_of, order_of, page_of
from consumers.search.index.port import SearchSelection
from consumers.search.results import as_result, with_distances
from consumers.search.wider_form import WiderForm

_WITHOUT = {"next": None, "previous": None}


def with_cursors(
    told: dict[str, Any], form: WiderForm, selection: SearchSelection
) -> dict[str, Any]:
    """Return the answer with its links. Raises ``ValidationError`` for another order's cursor.

    The best order has none: it depends on who else competes. Nor have pages asked for by number.
    """
    asked, cursor = form.cleaned_data, form.wider["cursor"]
    order = order_of({**asked, "sort": selection.criteria.sort})
    mark = mark_of(cursor, order)
    if selection.criteria.sort == "best" or (not cursor and (asked["page"] or 1) > 1):
        return {**told, **_WITHOUT}
    page = page_of(selection, mark, order)
    rows = with_distances(page.rows, asked["near"])
    left = {name: each for name, each in told.items() if not cursor or name in ("count", "facets")}
    return {
        **left,
        "results": [as_result(row) for row in rows],
        "next": _address(form, page.next),
        "previous": _address(form, page.previous),
    }


def _address(form: WiderForm, cursor: str) -> str | None:
    return f"/api/v1{form.address(cursor=cursor)}" if cursor else None
