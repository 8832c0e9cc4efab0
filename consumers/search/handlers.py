"""What the search reacts to: rows of listings and of favourites, and the request to forget."""

from cdc.contracts.tables import FAVOURITES, LISTINGS
from cdc.debezium import ChangeEvent
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.search.listing import Removal
from consumers.search.projection import SearchProjection
from consumers.search.rows import effect_of, favourite_of

search: Consumer[SearchProjection] = Consumer("search")


# A later row is applied beside a dead one of its home: the versions tell what is old when that is
# redriven, so that a home goes on being found as it is, and a catching up on the way back to an
# earlier index need not know what was dead then.
@search.on(LISTINGS, holds_key=False)
def index(change: ChangeEvent, context: Context[SearchProjection]) -> None:
    """Put a listing's row into the index, or take it out."""
    projection = context.read_model
    _heed_snapshot(change, projection)
    effect = effect_of(change)
    if isinstance(effect, Removal):
        projection.remove(effect)
    else:
        projection.apply(effect)


@search.on(FAVOURITES, holds_key=False)
def count(change: ChangeEvent, context: Context[SearchProjection]) -> None:
    """Let a home have one more who keeps it, or one fewer."""
    projection = context.read_model
    _heed_snapshot(change, projection)
    projection.favour(favourite_of(change))


@search.forgets
def nobody(person: str, context: Context[SearchProjection]) -> int:
    """Forget a person: there is nothing to remove, as nothing that is kept here names one.

    A home's agent stays in the monolith, and whose favourite it is is left out; the favourites of
    a deleted account are deleted rows, and told as such.
    """
    return 0


def _heed_snapshot(change: ChangeEvent, projection: SearchProjection) -> None:
    # Rows are streamed, or read once more amid the stream, only after the snapshot, so
    # such a one ends it too: the record marked "last" may have been compacted away since.
    if change.is_snapshot_end or change.is_incremental or not change.is_snapshot:
        projection.complete_snapshot()
