"""A listing in the terms of the extracted search: all that it keeps, and nothing else."""

from dataclasses import dataclass
from datetime import datetime

# The status of what stays behind when a listing is deleted.
DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class SearchListing:
    """One version of a listing."""

    id: int
    version: int
    # Position of the change in the monolith's log.
    lsn: int
    slug: str
    title: str
    # None when the change left a long text untouched and the log does not repeat it.
    description: str | None
    address: str
    neighbourhood: str
    zip_code: str
    price: int
    previous_price: int | None
    beds: int
    baths: int
    half_baths: int
    living_area: int
    lot_size: int
    year_built: int
    stories: str
    wall: str
    garage: str
    latitude: float
    longitude: float
    status: str
    listed_at: datetime | None
    # When the price went down last.
    reduced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """A listing was deleted; its last version is known to the projection alone."""

    id: int
    lsn: int
