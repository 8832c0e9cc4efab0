"""The tables whose rows leave the monolith, and which of their columns.

Enters: nothing. Leaves: what the publication, the grants and the tables connector are
made from. A column that is not named here (a seller's name, say) never reaches a topic.
"""

from dataclasses import dataclass

from cdc.contracts.topics import (
    ACCOUNT_ROWS,
    ALERT_ROWS,
    FAVOURITE_ROWS,
    LISTING_ROWS,
    OPT_OUT_ROWS,
    SAVED_SEARCH_ROWS,
)


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

# Accounts are told by number, as events tell them: who is to be written to must be known, and
# when an account is erased its rows are deleted, which empties their topics too. Names, addresses
# and what people typed stay behind.
FAVOURITES = CapturedTable(
    name="interests_favourite",
    topic=FAVOURITE_ROWS,
    columns=("id", "account_id", "listing_id", "version"),
    readers=(
        Reader("search", ("id", "listing_id", "version")),
        Reader("notifications", ("id", "account_id", "listing_id", "version")),
        Reader("audit", ("id", "version")),
    ),
)

SAVED_SEARCHES = CapturedTable(
    name="interests_savedsearch",
    topic=SAVED_SEARCH_ROWS,
    columns=("id", "account_id", "criteria", "frequency", "version"),
    readers=(
        Reader("notifications", ("id", "account_id", "criteria", "frequency", "version")),
        Reader("audit", ("id", "version")),
    ),
)

# The kinds of alert that somebody does not want.
OPT_OUTS = CapturedTable(
    name="alerts_optout",
    topic=OPT_OUT_ROWS,
    columns=("id", "account_id", "kind", "version"),
    readers=(
        Reader("notifications", ("id", "account_id", "kind", "version")),
        Reader("audit", ("id", "version")),
    ),
)

# Who may be written to: an account that is active, and whose address was shown to be its own.
ACCOUNTS = CapturedTable(
    name="accounts_user",
    topic=ACCOUNT_ROWS,
    columns=("id", "is_active", "confirmed_at", "deleted_at", "agency_id", "version"),
    readers=(
        Reader("notifications", ("id", "is_active", "confirmed_at", "deleted_at", "version")),
        Reader("audit", ("id", "version")),
    ),
)

# What the monolith sent, or did not and why: whoever takes over compares it with what it would do.
ALERTS = CapturedTable(
    name="alerts_alert",
    topic=ALERT_ROWS,
    columns=("id", "event_id", "account_id", "kind", "state", "reason", "sent_at", "version"),
    readers=(
        Reader("notifications", ("id", "event_id", "account_id", "kind", "state", "version")),
        Reader("audit", ("id", "version")),
    ),
)

# Read by a snapshot in this order. Its end is told by the last record of all and nowhere else, so
# the tables that every reader of rows reads come last; of favourites there may be none.
CAPTURED: tuple[CapturedTable, ...] = (
    ACCOUNTS,
    OPT_OUTS,
    SAVED_SEARCHES,
    ALERTS,
    LISTINGS,
    FAVOURITES,
)

# Events that no table carries are messages in the log under this prefix; heartbeats have another.
OUTBOX_PREFIX = "outbox"
