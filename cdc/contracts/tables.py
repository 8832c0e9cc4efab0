"""The tables whose rows leave the monolith, and which of their columns.

Enters: nothing. Leaves: what the publication, the grants and the tables connector are
made from. A column that is not named here (a seller's name, say) never reaches a topic.
"""

from dataclasses import dataclass

from cdc.contracts.topics import LISTING_ROWS


@dataclass(frozen=True, slots=True)
class CapturedTable:
    """A table in schema ``public``; ``topic`` carries its rows keyed by primary key."""

    name: str
    topic: str
    columns: tuple[str, ...]


LISTINGS = CapturedTable(
    name="listings_listing",
    topic=LISTING_ROWS,
    columns=(
        "id", "slug", "title", "description", "address", "neighbourhood", "zip_code",
        "price", "previous_price", "reduced_at", "beds", "baths", "half_baths", "rooms",
        "living_area", "lot_size", "stories", "wall", "garage", "garage_area", "year_built",
        "latitude", "longitude", "status", "agent_id", "listed_at", "updated_at", "version",
    ),
)  # fmt: skip

CAPTURED: tuple[CapturedTable, ...] = (LISTINGS,)

# Events that no table carries are messages in the log under this prefix; heartbeats have another.
OUTBOX_PREFIX = "outbox"
