"""What the search reacts to: rows of listings, and the request to forget a person."""

from cdc.contracts.tables import LISTINGS
from cdc.debezium import ChangeEvent
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.search.listing import Removal
from consumers.search.projection import SearchProjection
from consumers.search.rows import effect_of

search: Consumer[SearchProjection] = Consumer("search")


@search.on(LISTINGS)
def index(change: ChangeEvent, context: Context[SearchProjection]) -> None:
    """Put a listing's row into the index, or take it out."""
    projection = context.read_model
    # Rows are streamed, or read once more amid the stream, only after the snapshot, so
    # such a one ends it too: the record marked "last" may have been compacted away since.
    if change.is_snapshot_end or change.is_incremental or not change.is_snapshot:
        projection.complete_snapshot()
    effect = effect_of(change)
    if isinstance(effect, Removal):
        projection.remove(effect)
    else:
        projection.apply(effect)


@search.forgets
def nobody(person: str, context: Context[SearchProjection]) -> int:
    """Forget a person: there is nothing to remove, as homes name their agent by number only."""
    return 0
