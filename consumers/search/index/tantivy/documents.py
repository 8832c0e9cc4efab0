"""A listing as a Tantivy document, and back as the row that pages are made of."""

import json
from typing import Any

from tantivy import Document

from consumers.criteria.criteria import FACETS
from consumers.criteria.statuses import FOR_SALE, LISTED
from consumers.criteria.text.lexemes import indexed_form
from consumers.search.cells import COARSEST, COUNTED, cells_of, name_of
from consumers.search.favourites import NO_HOME, KeptFavourite
from consumers.search.index.contents import RANGES, packed_row, searched_text
from consumers.search.index.port import Kept
from consumers.search.listing import DELETED, SearchListing
from consumers.search.words.completions import terms_of

# The statuses that are asked for together, and the word under which they are indexed.
MARKETS = {FOR_SALE: "for_sale", LISTED: "listed"}


def listing_document(listing: SearchListing, description: str, favourites: int) -> Document:
    """Give the document of one version of a listing."""
    listed_at = int(listing.listed_at.timestamp()) if listing.listed_at else 0
    document = _document("id", listing.id, listing.version, listing.lsn)
    document.add_text("key", key_of(listing.id))
    document.add_unsigned("favourites", favourites)
    if listing.reduced_at is not None:
        document.add_unsigned("reduced_at", int(listing.reduced_at.timestamp()))
    for name in RANGES:
        document.add_unsigned(name, getattr(listing, name))
    for name in ("latitude", "longitude"):
        document.add_float(name, getattr(listing, name))
    cells = cells_of(listing.latitude, listing.longitude)
    for cell in cells:
        document.add_text("cells", name_of(cell))
    for size in COUNTED:
        document.add_unsigned(f"cell_{size}", cells[size - COARSEST])
    for name in ("status", *FACETS):
        document.add_text(name, getattr(listing, name))
    for statuses, market in MARKETS.items():
        if listing.status in statuses:
            document.add_text("market", market)
    document.add_unsigned("order_newest", listed_at << 32 | listing.id)
    document.add_unsigned("order_price", listing.price << 32 | listing.id)
    document.add_unsigned("order_area", listing.living_area << 32 | listing.id)
    document.add_text("words", indexed_form(searched_text(listing, description)))
    document.add_text("title_words", indexed_form(listing.title))
    for term in terms_of(listing.title, listing.neighbourhood, listing.zip_code):
        document.add_text("phrases", term)
    document.add_bytes("row", packed_row(listing, favourites).encode())
    document.add_bytes("description", description.encode())
    return document


def key_of(listing_id: int) -> str:
    """Give the id as the word under which it is indexed."""
    return f"{listing_id:x}"


def tombstone_document(listing_id: int, kept: Kept) -> Document:
    """Give what stays of a deleted listing: found by id alone."""
    document = _document("id", listing_id, kept.version, kept.lsn)
    document.add_text("status", DELETED)
    document.add_bytes("row", json.dumps({"status": DELETED}).encode())
    return document


def favourite_document(favourite_id: int, kept: KeptFavourite) -> Document:
    """Give what is kept of a favourite, or of one that is gone."""
    document = _document("favourite", favourite_id, kept.version, kept.lsn)
    document.add_unsigned("home", kept.home)
    if kept.home == NO_HOME:
        document.add_text("status", DELETED)
    return document


def packed_row_of(document: Document) -> str:
    """Give the stored row of a document as it is kept."""
    return bytes(document.get_first("row") or b"{}").decode()


def row_of(document: Document) -> dict[str, Any]:
    """Give the stored row of a document."""
    row: dict[str, Any] = json.loads(packed_row_of(document))
    return row


def told_of(document: Document) -> tuple[dict[str, Any], str]:
    """Give the stored row and description of a document."""
    return row_of(document), bytes(document.get_first("description") or b"").decode()


def _document(key: str, number: int, version: int, lsn: int) -> Document:
    document = Document()
    document.add_unsigned(key, number)
    document.add_unsigned("version", version)
    document.add_unsigned("lsn", lsn)
    return document
