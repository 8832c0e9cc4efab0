"""A listing as an OpenSearch document, and back as the row that pages are made of."""

import json
from typing import Any

from consumers.criteria.criteria import FACETS
from consumers.criteria.text.lexemes import indexed_form
from consumers.search.cells import COARSEST, COUNTED, cells_of, name_of
from consumers.search.favourites import NO_HOME, KeptFavourite
from consumers.search.index.contents import RANGES, listing_in, packed_row, searched_text
from consumers.search.index.opensearch.schema import written_form
from consumers.search.index.port import Kept
from consumers.search.listing import DELETED, SearchListing
from consumers.search.words.completions import terms_of

Source = dict[str, Any]

_AS_THEY_ARE = ("id", "version", "lsn", "latitude", "longitude", "status", *RANGES, *FACETS)


def listing_source(listing: SearchListing, description: str, favourites: int) -> Source:
    """Give the document of one version of a listing."""
    cells = cells_of(listing.latitude, listing.longitude)
    return {
        **{name: getattr(listing, name) for name in _AS_THEY_ARE},
        "favourites": favourites,
        "reduced_at": int(listing.reduced_at.timestamp()) if listing.reduced_at else None,
        "cells": [name_of(cell) for cell in cells],
        **{f"cell_{size}": cells[size - COARSEST] for size in COUNTED},
        "listed_at": int(listing.listed_at.timestamp()) if listing.listed_at else 0,
        "words": written_form(indexed_form(searched_text(listing, description))),
        "title_words": written_form(indexed_form(listing.title)),
        "phrases": terms_of(listing.title, listing.neighbourhood, listing.zip_code),
        # As text: the server would write numbers in its own way.
        "row": packed_row(listing, favourites),
        "description": description,
    }


def tombstone_source(listing_id: int, kept: Kept) -> Source:
    """Give what stays of a deleted listing: found by id alone."""
    return {"id": listing_id, "version": kept.version, "lsn": kept.lsn, "status": DELETED}


def favourite_source(favourite_id: int, kept: KeptFavourite) -> Source:
    """Give what is kept of a favourite, or of one that is gone."""
    status = {"status": DELETED} if kept.home == NO_HOME else {}
    return {"favourite": favourite_id, **kept._asdict(), **status}


def packed_row_of(hit: dict[str, Any]) -> str:
    """Give the row in an answer's hit as it is kept."""
    packed: str = hit["_source"]["row"]
    return packed


def row_of(hit: dict[str, Any]) -> Source:
    """Give the row in an answer's hit."""
    row: Source = json.loads(packed_row_of(hit))
    return row


def listing_of(source: Source) -> SearchListing | None:
    """Give the listing that a document was made of, or None of one that is deleted."""
    if source["status"] == DELETED:
        return None
    return listing_in(json.loads(source["row"]), source["lsn"], source["description"])


def kept_of(values: dict[str, Any]) -> Kept:
    """Give what an answer's values tell of one listing."""
    return Kept(values["version"], values["lsn"], is_deleted=values["status"] == DELETED)
