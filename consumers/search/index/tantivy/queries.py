"""Criteria as a Tantivy query."""

from collections.abc import Collection, Sequence

from tantivy import FieldType, Occur, Query, Schema

from consumers.criteria.criteria import Criteria
from consumers.criteria.places import Box
from consumers.criteria.query import Either, Every, Node, Phrase, Without, wanted
from consumers.criteria.statuses import LISTED
from consumers.search.index.tantivy.documents import MARKETS, key_of
from consumers.search.listing import DELETED

# What may be bounded, by how few homes the bounds that people ask for leave.
_NARROWEST_FIRST = ("year_built", "lot_size", "living_area", "price", "baths", "beds")


def query_of(schema: Schema, criteria: Criteria) -> Query:
    """Give the query that matches what ``criteria`` asks for, but for its regions."""
    if criteria.is_void:
        return Query.empty_query()
    # Of ranges the engine goes through the first, and looks each of its homes up in the others.
    parts = [statuses_query(schema, criteria.statuses)]
    for name, since in (
        ("order_newest", criteria.listed_since and criteria.listed_since << 32),
        ("reduced_at", criteria.reduced_since),
    ):
        if since is not None:
            parts.append(Query.range_query(schema, name, FieldType.Unsigned, since))
    if criteria.box is not None:
        parts += _box_queries(schema, criteria.box)
    bounds = criteria.ranges or {}
    for name in sorted(bounds, key=_NARROWEST_FIRST.index):
        parts.append(Query.range_query(schema, name, FieldType.Unsigned, *bounds[name]))
    for name, value in (criteria.exact or {}).items():
        parts.append(Query.term_query(schema, name, value, "basic"))
    if criteria.words is not None:
        parts.append(_words_query(schema, criteria.words))
    return _every(parts)


def scoring_query(schema: Schema, matches: Query, words: Node) -> Query:
    """Give what ``matches``, scored by the words alone, which count more in a title."""
    in_titles = Query.boost_query(_mentions(schema, "title_words", words), 0.5)
    scoring = [(Occur.Should, _mentions(schema, "words", words)), (Occur.Should, in_titles)]
    return Query.boolean_query([(Occur.Must, Query.const_score_query(matches, 0.0)), *scoring])


def near_query(schema: Schema, lexeme: str, distance: int) -> Query:
    """Give the query for listed homes with a lexeme that many edits away, or fewer."""
    near = Query.fuzzy_term_query(schema, "words", lexeme, distance)
    return _every([statuses_query(schema, LISTED), near])


def statuses_query(schema: Schema, statuses: tuple[str, ...]) -> Query:
    """Give the query for listings in one of ``statuses``."""
    if statuses in MARKETS:
        # Nearly every question asks for one of these, and two words cost twice what one does.
        return Query.term_query(schema, "market", MARKETS[statuses], "basic")
    return _either([Query.term_query(schema, "status", status, "basic") for status in statuses])


def present_query(schema: Schema, key: str, low: int, high: int) -> Query:
    """Give the query for every ``key`` from ``low`` to below ``high`` that is not deleted."""
    ids = Query.range_query(schema, key, FieldType.Unsigned, low, high - 1)
    deleted = Query.term_query(schema, "status", DELETED, "basic")
    return Query.boolean_query([(Occur.Must, ids), (Occur.MustNot, deleted)])


def above(schema: Schema, query: Query, field: str, value: int) -> Query:
    """Give what ``query`` matches with more in ``field`` than ``value``."""
    return _every([Query.range_query(schema, field, FieldType.Unsigned, value + 1), query])


def below(schema: Schema, query: Query, field: str, value: int) -> Query:
    """Give what ``query`` matches with less in ``field`` than ``value``, which is above zero."""
    return _every([Query.range_query(schema, field, FieldType.Unsigned, 0, value - 1), query])


def boxed(schema: Schema, query: Query, box: Box) -> Query:
    """Give what ``query`` matches inside ``box``."""
    return _every([*_box_queries(schema, box), query])


def in_cells(schema: Schema, query: Query, cells: Sequence[str]) -> Query:
    """Give what ``query`` matches inside the cells."""
    return _every([query, Query.term_set_query(schema, "cells", cells)])


def without(schema: Schema, query: Query, ids: Collection[int]) -> Query:
    """Give ``query`` less the listings with ``ids``."""
    if not ids:
        return query
    left_out = Query.term_set_query(schema, "key", [key_of(listing_id) for listing_id in ids])
    return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, left_out)])


def _box_queries(schema: Schema, box: Box) -> list[Query]:
    sides = (("latitude", box.south, box.north), ("longitude", box.west, box.east))
    return [
        Query.range_query(schema, name, FieldType.Float, low, high) for name, low, high in sides
    ]


def _mentions(schema: Schema, field: str, words: Node) -> Query:
    """Give the query for any of the phrases that are wanted in a match."""
    return _either([_phrase_query(schema, field, phrase) for phrase in wanted(words)])


def _phrase_query(schema: Schema, field: str, phrase: Phrase) -> Query:
    if len(phrase.lexemes) == 1:
        return Query.term_query(schema, field, phrase.lexemes[0][1])
    return Query.phrase_query(schema, field, list(phrase.lexemes))


def _words_query(schema: Schema, node: Node) -> Query:
    match node:
        case Phrase():
            return _phrase_query(schema, "words", node)
        case Every(parts=parts):
            return _every([_words_query(schema, part) for part in parts])
        case Either(parts=parts):
            return _either([_words_query(schema, part) for part in parts])
        case Without(part=part):
            excluded = (Occur.MustNot, _words_query(schema, part))
            return Query.boolean_query([(Occur.Must, Query.all_query()), excluded])


def _every(parts: list[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, part) for part in parts])


def _either(parts: list[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, part) for part in parts])
