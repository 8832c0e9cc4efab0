"""Homes and searches as they come: edges that meet, odd texts, values that are missing."""

from typing import Any

from hypothesis import strategies as st

from consumers.criteria.criteria import BOUNDS
from consumers.criteria.places import METRES_PER_DEGREE
from consumers.criteria.statuses import HIDDEN, LISTED
from consumers.search.forms import MILES, STATUSES, SearchForm

# By the page's parameters, and by the listing's columns.
Asked = dict[str, Any]
Facts = dict[str, Any]

# Bounds and what homes have are drawn from the same few, so that they often meet.
AMOUNTS = st.integers(0, 3) | st.integers(1499, 1501) | st.just(2**31 - 1)
# Nobody told a facet of some homes.
FACETS = {
    "neighbourhood": ("", "Old West End", "Vistula", "Éast Harbor"),
    "wall": ("", "brick", "wood"),
    "stories": ("", "one", "two"),
    "garage": ("", "attached"),
}
# The last are as far from the first as half a mile reaches, and a metre less or more.
_METRES_NORTH = (804, 804.5, 804.6, 805, 805.4, 805.5, 805.6, 806)
LATITUDES = st.sampled_from([41.6, 41.7, *(41.6 + m / METRES_PER_DEGREE for m in _METRES_NORTH)])
LONGITUDES = st.sampled_from([-83.6, -83.5, -83.605, -83.1])
ANYWHERE = st.tuples(LATITUDES, LONGITUDES) | st.tuples(st.floats(-90, 90), st.floats(-180, 180))
# Said often enough to stand in many texts, beside one another and apart.
COMMON = st.sampled_from(["kitchen", "porch", "garden", "the", "two-car"])
WORDS = st.sampled_from(
    [
        *("kitchens", "Porch", "garden's", "brick", "brick-and-mortar", "of", "car", "3.5"),
        *("No. 7", "café", "CAFÉ-bar", "naïve", "straße"),
        *("½", "м²", "台所", "http://homes.com/a?b=c", "ada@homes.example", "<b>", "&amp;", "+5"),
    ]
)
# PostgreSQL keeps no NUL.
ODD = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)
PIECES = st.one_of(COMMON, COMMON, WORDS, ODD)


def texts(most: int) -> st.SearchStrategy[str]:
    return st.lists(PIECES, max_size=most).map(" ".join)


_FACTS = st.fixed_dictionaries(
    {
        **{name: AMOUNTS for name, _ in BOUNDS.values()},
        **{name: st.sampled_from(values) for name, values in FACETS.items()},
        **{"title": texts(2), "address": texts(1), "zip_code": st.sampled_from(["", "43606"])},
        "description": texts(12),
        # What is listed comes oftener.
        "status": st.sampled_from([*LISTED, *LISTED, *HIDDEN]),
    }
)
HOMES = st.builds(
    lambda facts, place: {**facts, "latitude": place[0], "longitude": place[1]}, _FACTS, ANYWHERE
)


_phrases = st.lists(COMMON, min_size=2, max_size=3).map(" ".join) | texts(2)


@st.composite
def _questions(draw: st.DrawFn) -> str:
    """Give words as people type them: some quoted, some left out, some instead of others."""
    operands = st.tuples(
        st.sampled_from(["", "", "", "-", "--"]),
        PIECES | _phrases.map('"{}"'.format) | texts(2).map('"{}'.format),
        st.sampled_from([" ", " ", " or ", " OR ", "", " | "]),
    )
    return "".join(part for each in draw(st.lists(operands, max_size=3)) for part in each)


@st.composite
def _boxes(draw: st.DrawFn) -> str:
    (south, north), (west, east) = map(sorted, zip(draw(ANYWHERE), draw(ANYWHERE), strict=True))
    return f"{south:f},{west:f},{north:f},{east:f}"


_PLACES = ANYWHERE.map(lambda place: "{:f}, {:f}".format(*place))
_MILES = st.sampled_from([miles for miles, _ in MILES])
_PARTS = st.one_of(
    *(st.fixed_dictionaries({name: AMOUNTS}) for name in BOUNDS),
    *(st.fixed_dictionaries({name: st.sampled_from(FACETS[name])}) for name in FACETS),
    st.fixed_dictionaries({"status": st.sampled_from([status for status, _ in STATUSES])}),
    st.fixed_dictionaries({"near": _PLACES, "within": _MILES}),
    st.fixed_dictionaries({"box": _boxes()}),
    # What most searches have.
    *[st.fixed_dictionaries({"q": _questions()})] * 4,
)


def cleaned(asked: Asked) -> Asked:
    """Return what the page's own form makes of what is asked; nothing if it refuses."""
    form = SearchForm(asked, FACETS)
    return form.cleaned_data if form.is_valid() else {}


def _saved(parts: list[Asked]) -> Asked:
    """Return what the monolith keeps of it: what is not asked is not there."""
    form = cleaned({name: value for part in parts for name, value in part.items()})
    return {name: value for name, value in form.items() if value not in (None, "")}


# As they are kept; a few conditions at once, as more are met by no home.
SEARCHES = st.lists(_PARTS, max_size=3).map(_saved)
