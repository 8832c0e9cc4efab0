"""What the search does with a record of the listing rows: the consumer's one handler."""

from cdc.debezium import Tombstone
from consumers.runtime.projection import Handler
from consumers.runtime.records import Record
from consumers.search.listing import Removal
from consumers.search.projection import SearchProjection
from consumers.search.rows import change_of, effect_of


def listing_rows(projection: SearchProjection) -> Handler:
    """Give the handler that feeds ``projection``. Raises ``PoisonRecord`` from `rows`."""

    def handle(record: Record) -> None:
        change = change_of(record)
        # The deletion before it has said all; the empty value is there for compaction.
        if isinstance(change, Tombstone):
            return
        # Rows are streamed, or read once more amid the stream, only after the snapshot, so
        # such a one ends it too: the record marked "last" may have been compacted away since.
        if change.is_snapshot_end or change.is_incremental or not change.is_snapshot:
            projection.complete_snapshot()
        effect = effect_of(change)
        if isinstance(effect, Removal):
            projection.remove(effect)
        else:
            projection.apply(effect)

    return handle


def nobody(person: str) -> int:
    """Forget a person: there is nothing to remove, as homes name their agent by number only."""
    return 0
