"""The tables whose rows leave the monolith, and which of their columns.

Enters: nothing. Leaves: what the publication, the grants and the tables connector are
made from. A column that is not named here (a seller's name, say) never reaches a topic.
"""

from dataclasses import dataclass

from cdc.contracts.topics import FAVOURITE_ROWS, LISTING_ROWS


@dataclass(frozen=True, slots=True)
class Reader:
    """A consumer, and the columns that it cannot do without."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CapturedTable:
    """A table in schema ``public``; ``topic`` carries its rows keyed by primary key.

    ``readers`` is what the migration linter names when a column is about to change.
    """

    name: str
    topic: str
    columns: tuple[str, ...]
    readers: tuple[Reader, ...] = ()

    def readers_of(self, column: str) -> tuple[str, ...]:
        """Return who reads the column, or anything at all when it is ""."""
        return tuple(r.name for r in self.readers if not column or column in r.columns)


LISTINGS = CapturedTable(
    name="listings_listing",
    topic=LISTING_ROWS,
    columns=(
        "id", "slug", "title", "description", "address", "neighbourhood", "zip_code",
        "price", "previous_price", "reduced_at", "beds", "baths", "half_baths", "rooms",
        "living_area", "lot_size", "stories", "wall", "garage", "garage_area", "year_built",
        "latitude", "longitude", "status", "agent_id", "listed_at", "updated_at", "version",
    ),
    readers=(
        Reader("search", (
            "id", "slug", "title", "description", "address", "neighbourhood", "zip_code",
            "price", "previous_price", "reduced_at", "beds", "baths", "half_baths",
            "living_area", "lot_size", "stories", "wall", "garage", "year_built",
            "latitude", "longitude", "status", "listed_at", "version",
        )),
        Reader("notifications", (
            "id", "slug", "title", "description", "address", "neighbourhood", "zip_code",
            "price", "beds", "baths", "half_baths", "living_area", "lot_size", "stories",
            "wall", "garage", "year_built", "latitude", "longitude", "status", "agent_id",
            "version",
        )),
        Reader("audit", ("id", "version")),
    ),
)  # fmt: skip

# Whose favourite it is stays behind: a number of people is all that anybody needs.
FAVOURITES = CapturedTable(
    name="interests_favourite",
    topic=FAVOURITE_ROWS,
    columns=("id", "listing_id", "version"),
    readers=(
        Reader("search", ("id", "listing_id", "version")),
        Reader("audit", ("id", "version")),
    ),
)

CAPTURED: tuple[CapturedTable, ...] = (LISTINGS, FAVOURITES)

# Events that no table carries are messages in the log under this prefix; heartbeats have another.
OUTBOX_PREFIX = "outbox"
