"""The fields of the Tantivy index and how they are indexed.

A change here needs a new ``FORMAT`` in `state`.
"""

from pathlib import Path

from tantivy import Filter, Index, Schema, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

from consumers.criteria.criteria import FACETS
from consumers.criteria.text.lexemes import GAP
from consumers.search.cells import COUNTED
from consumers.search.index.contents import RANGES

# Sort name → order field and whether the largest comes first. Each order field holds a value
# and the id below it in one number, because the engine orders by one field only.
ORDERS = {
    "newest": ("order_newest", True),
    "price_asc": ("order_price", False),
    "price_desc": ("order_price", True),
    "area_desc": ("order_area", True),
}


def build_schema() -> Schema:
    """Declare the fields: searched, filtered, ordered by, and the stored row."""
    builder = SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    for name in ("version", "lsn", *RANGES, *sorted({field for field, _ in ORDERS.values()})):
        builder.add_unsigned_field(name, fast=True)
    # A favourite has a document of its own, without an id: no search finds it.
    builder.add_unsigned_field("favourite", indexed=True, fast=True)
    for name in ("home", "favourites", "reduced_at"):
        builder.add_unsigned_field(name, fast=True)
    for name in ("latitude", "longitude"):
        builder.add_float_field(name, fast=True)
    # The id as a word: many of these are found in half the time that as many numbers take.
    for name in ("key", "cells", "market"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for size in COUNTED:
        builder.add_unsigned_field(f"cell_{size}", fast=True)
    for name in ("status", *FACETS):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("words", "title_words"):
        builder.add_text_field(name, tokenizer_name="lexemes", index_option="position")
    builder.add_text_field("phrases", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("row", stored=True)
    builder.add_bytes_field("description", stored=True)
    return builder.build()


def open_directory(path: Path) -> Index:
    """Open the index in ``path``, an existing directory, or start an empty one there."""
    index = Index(build_schema(), str(path))
    # Lexemes come ready-made; the engine only splits them and drops the gaps, which keeps
    # the positions around a gap apart.
    split = TextAnalyzerBuilder(Tokenizer.whitespace()).filter(Filter.custom_stopword([GAP]))
    index.register_tokenizer("lexemes", split.build())
    # Readers are reloaded by name; watching files in a thread would be slower.
    index.config_reader("manual")
    return index
