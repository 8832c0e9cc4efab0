"""The fields of the OpenSearch index and how they are indexed.

A change here needs a new ``FORMAT`` in `state`. Of the server's analysis nothing is used but
white space, so that every distribution of it, and every Java below, finds the same.
"""

from hashlib import sha256
from typing import Any

from consumers.criteria.criteria import FACETS
from consumers.criteria.text.lexemes import GAP
from consumers.search.cells import COUNTED
from consumers.search.index.contents import RANGES

_KEPT: dict[str, Any] = {"type": "keyword", "index": False, "doc_values": False}
_WORDS: dict[str, Any] = {"type": "text", "analyzer": "whitespace"}
_WHOLE = (
    *("id", "version", "lsn", "listed_at", *RANGES),
    # A favourite has a document of its own, without an id: no search finds it.
    *("favourite", "home", "favourites"),
    "reduced_at",
    *(f"cell_{size}" for size in COUNTED),
)
_FIELDS: dict[str, dict[str, Any]] = {
    **{name: {"type": "long"} for name in _WHOLE},
    # What lies below the version of a row made anew under a deleted id.
    "base": {"type": "long", "index": False},
    **{name: {"type": "double"} for name in ("latitude", "longitude")},
    **{name: {"type": "keyword"} for name in ("status", "phrases", "cells", *FACETS)},
    **dict.fromkeys(("words", "title_words"), _WORDS),
    **dict.fromkeys(("row", "description", "state"), _KEPT),
    "current_at": {"type": "double", "index": False},
}
# Sort name → field and direction; the id, in the same direction, makes each order total.
ORDERS = {
    "newest": ("listed_at", "desc"),
    "price_asc": ("price", "asc"),
    "price_desc": ("price", "desc"),
    "area_desc": ("living_area", "desc"),
}
INDEX: dict[str, Any] = {
    "settings": {
        # One shard: what is written in order is seen in order, and counts are exact.
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        # Pages see what was committed, and nothing in between.
        "refresh_interval": "-1",
        "max_result_window": 2**31 - 1,
        # Homes near the edge of a drawn area that lie outside are left out by id.
        "max_terms_count": 1_000_000,
    },
    "mappings": {
        "dynamic": "strict",
        "_source": {"excludes": ["words", "title_words"]},
        "properties": _FIELDS,
    },
}

# No lexeme, and no white space to Java as GAP is: it keeps a stop word's place in the index.
_GAP = "\x01"
# The server cuts longer words to pieces of so many characters.
_LONGEST = 255


def written(lexeme: str) -> str:
    """Give a lexeme as the index has it."""
    if lexeme == GAP:
        return _GAP
    # Java counts those outside the basic plane twice.
    if len(lexeme) * 2 <= _LONGEST or len(lexeme.encode("utf-16-le")) // 2 <= _LONGEST:
        return lexeme
    return sha256(lexeme.encode()).hexdigest()


def written_form(text: str) -> str:
    """Give lexemes separated by blanks as the index has them."""
    return " ".join(map(written, text.split(" ")))
