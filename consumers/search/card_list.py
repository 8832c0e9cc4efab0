"""The homes of a page as markup, each written once: rows as they are kept enter, items leave.

A row tells all that its item shows, so the same row has the same item, whoever looks: it is not
even read. It is the item that `card.html` gives, written without a template's engine: a page has
two dozen.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat

from django.utils.html import escape
from django.utils.safestring import mark_safe

from consumers.search.cards import Art, Card, as_card

# About 2 kB each.
_MOST_KEPT = 20_000


def items(packed: Sequence[str], away: Sequence[int | None], *, are_numbered: bool) -> str:
    """Return the items of the list, numbered when a map beside it names them by numbers.

    ``away`` is each home's metres from the place that was asked for, if one was.
    """
    numbers = range(1, len(packed) + 1) if are_numbered else repeat(None)
    return mark_safe("".join(map(_item, packed, away, numbers)))


@lru_cache(_MOST_KEPT)
def _item(packed: str, away: int | None, number: int | None) -> str:
    distance = {} if away is None else {"distance_m": away}
    card = as_card({**json.loads(packed), **distance})
    counted = "" if number is None else f"{number}. "
    place = f"{card.place} · {card.distance}" if card.distance else card.place
    return (
        '<li class="card">\n'
        f"{_drawing(card.art)}\n"
        '<div class="text">\n'
        f'<h2>{counted}<a href="{escape(card.url)}">{escape(card.title)}</a></h2>\n'
        f'<p class="price">{_price(card)} <span class="badge {escape(card.status)}">'
        f"{escape(card.status_label)}</span></p>\n"
        f'<p class="facts">{escape(" · ".join(card.facts))}</p>\n'
        f'<p class="place">{escape(place)}</p>\n'
        "</div>\n"
        "</li>\n"
    )


def _drawing(art: Art) -> str:
    shapes = ["land", art.shape, *(["garage"] if art.has_garage else [])]
    uses = "".join(f'<use href="/static/site/homes.svg#{shape}"></use>' for shape in shapes)
    return (
        f'<svg class="art sky-{art.sky} wall-{art.wall}" width="320" height="180"'
        f' viewBox="0 0 320 180" aria-hidden="true">{uses}</svg>'
    )


def _price(card: Card) -> str:
    if not card.previous_price:
        return card.price
    return f"{card.price} <small>reduced from <s>{card.previous_price}</s></small>"
