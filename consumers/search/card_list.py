"""The homes of a page as markup, each card written once: rows enter, list items leave.

A card tells all that its item shows, so the same card has the same item, whoever looks.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import mark_safe

from consumers.search.cards import Card, as_card

# About 2 kB each.
_MOST_KEPT = 20_000


def items(rows: Sequence[Mapping[str, Any]], *, are_numbered: bool) -> str:
    """Return the items of the list, numbered when a map beside it names them by numbers."""
    return mark_safe(
        "".join(
            _item(as_card(row), number if are_numbered else None)
            for number, row in enumerate(rows, start=1)
        )
    )


@lru_cache(_MOST_KEPT)
def _item(card: Card, number: int | None) -> str:
    context = {"home": card, "chart": number, "forloop": {"counter": number}}
    return get_template("search_service/card.html").render(context)
