"""A listing as a Tantivy document, and back as the row that pages are made of."""

import json
from typing import Any

from tantivy import Document

from consumers.search.criteria import FACETS
from consumers.search.index.port import Kept
from consumers.search.index.tantivy.schema import RANGES
from consumers.search.listing import DELETED, SearchListing
from consumers.search.text.lexemes import indexed_form

# What a page or an API answer shows, in the order that the API promises.
COLUMNS = (
    "id", "slug", "title", "price", "previous_price", "beds", "baths", "half_baths",
    "living_area", "lot_size", "year_built", "stories", "wall", "garage", "neighbourhood",
    "address", "zip_code", "latitude", "longitude", "status", "listed_at", "version",
)  # fmt: skip


def listing_document(listing: SearchListing, description: str) -> Document:
    """Give the document of one version of a listing."""
    listed_at = int(listing.listed_at.timestamp()) if listing.listed_at else 0
    document = _document(listing.id, Kept(listing.version, listing.lsn, is_deleted=False))
    for name in RANGES:
        document.add_unsigned(name, getattr(listing, name))
    for name in ("latitude", "longitude"):
        document.add_float(name, getattr(listing, name))
    for name in ("status", *FACETS):
        document.add_text(name, getattr(listing, name))
    document.add_unsigned("order_newest", listed_at << 32 | listing.id)
    document.add_unsigned("order_price", listing.price << 32 | listing.id)
    document.add_unsigned("order_area", listing.living_area << 32 | listing.id)
    document.add_text("words", indexed_form(_searched_text(listing, description)))
    document.add_bytes("row", _packed(listing))
    document.add_bytes("description", description.encode())
    return document


def tombstone_document(listing_id: int, kept: Kept) -> Document:
    """Give what stays of a deleted listing: found by id alone."""
    document = _document(listing_id, kept)
    document.add_text("status", DELETED)
    document.add_bytes("row", json.dumps({"status": DELETED}).encode())
    return document


def row_of(document: Document) -> dict[str, Any]:
    """Give the stored row of a document."""
    row: dict[str, Any] = json.loads(bytes(document.get_first("row") or b"{}"))
    return row


def _document(listing_id: int, kept: Kept) -> Document:
    document = Document()
    document.add_unsigned("id", listing_id)
    document.add_unsigned("version", kept.version)
    document.add_unsigned("lsn", kept.lsn)
    return document


def _searched_text(listing: SearchListing, description: str) -> str:
    # The monolith's search vector is made of these columns in this order.
    return (
        f"{listing.title} {listing.address} {listing.neighbourhood}"
        f" {listing.zip_code} {description}"
    )


def _packed(listing: SearchListing) -> bytes:
    row = {name: getattr(listing, name) for name in COLUMNS}
    if listing.listed_at is not None:
        row["listed_at"] = listing.listed_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
