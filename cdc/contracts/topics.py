"""Every topic of the line, declared as data.

Enters: nothing. Leaves: what `manage.py topics apply` creates, and the names that
producers and consumers use. A topic that is not here does not exist: the broker creates
none by itself, so that a misspelt name fails at once.
"""

from dataclasses import dataclass

_DAY_MS = 24 * 60 * 60 * 1000

LISTING_EVENTS = "listing.events"
ACCOUNT_EVENTS = "account.events"
ERASURE_RECEIPTS = "erasure.receipts"
LISTING_ROWS = "listing.cdc.listings_listing"
FAVOURITE_ROWS = "listing.cdc.interests_favourite"
SAVED_SEARCH_ROWS = "listing.cdc.interests_savedsearch"
OPT_OUT_ROWS = "listing.cdc.alerts_optout"
ACCOUNT_ROWS = "listing.cdc.accounts_user"
ALERT_ROWS = "listing.cdc.alerts_alert"
SEARCH_DEAD_LETTERS = "search.dead-letters"
NOTIFICATIONS = "cdc.notifications"
TABLES_HEARTBEATS = "__debezium-heartbeat.banyan_tables"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic's shape; ``key`` says what orders its records, ``readers`` who subscribes."""

    name: str
    key: str
    owner: str
    partitions: int = 6
    retention_ms: int = 30 * _DAY_MS
    is_compacted: bool = False
    has_personal_data: bool = False
    readers: tuple[str, ...] = ()

    @property
    def config(self) -> dict[str, str]:
        """Return the broker's settings for this topic."""
        if self.is_compacted:
            # Consumers may be away for a week and still learn of every deletion.
            return {"cleanup.policy": "compact", "delete.retention.ms": str(7 * _DAY_MS)}
        return {"cleanup.policy": "delete", "retention.ms": str(self.retention_ms)}


_LINE: tuple[Topic, ...] = (
    Topic(LISTING_EVENTS, key="listing id", owner="listings", readers=("notifications",)),
    Topic(
        ACCOUNT_EVENTS,
        key="account id",
        owner="accounts",
        has_personal_data=True,
        readers=("notifications", "search"),
    ),
    Topic(ERASURE_RECEIPTS, key="account id", owner="accounts", partitions=1),
    Topic("interest.events", key="account or saved search id", owner="interests"),
    Topic(
        "enquiry.events",
        key="enquiry or viewing id",
        owner="enquiries",
        readers=("notifications",),
    ),
    Topic("offer.events", key="offer id", owner="offers"),
    # Times at which overviews are due.
    Topic(
        "alert.events", key="digest id", owner="alerts", partitions=1, readers=("notifications",)
    ),
    # Many and loose: whoever counts views keeps sums of their own.
    Topic("listing.views", key="listing id", owner="listings", retention_ms=3 * _DAY_MS),
    Topic(
        LISTING_ROWS,
        key='{"id": listing id}',
        owner="listings",
        is_compacted=True,
        readers=("notifications", "search"),
    ),
    Topic(
        FAVOURITE_ROWS,
        key='{"id": favourite id}',
        owner="interests",
        is_compacted=True,
        readers=("notifications", "search"),
    ),
    Topic(
        SAVED_SEARCH_ROWS,
        key='{"id": saved search id}',
        owner="interests",
        is_compacted=True,
        readers=("notifications",),
    ),
    Topic(
        OPT_OUT_ROWS,
        key='{"id": opt-out id}',
        owner="alerts",
        is_compacted=True,
        readers=("notifications",),
    ),
    Topic(
        ACCOUNT_ROWS,
        key='{"id": account id}',
        owner="accounts",
        is_compacted=True,
        readers=("notifications",),
    ),
    Topic(
        ALERT_ROWS,
        key='{"id": alert id}',
        owner="alerts",
        is_compacted=True,
        readers=("notifications",),
    ),
    # What Debezium tells of its snapshots.
    Topic(NOTIFICATIONS, key="notification id", owner="platform", partitions=1),
    # Debezium writes its heartbeats here; a missing one would stall the whole connector.
    Topic(
        "__debezium-heartbeat.banyan_outbox",
        key="server name",
        owner="platform",
        partitions=1,
        retention_ms=_DAY_MS,
    ),
    Topic(
        TABLES_HEARTBEATS,
        key="server name",
        owner="platform",
        partitions=1,
        retention_ms=_DAY_MS,
    ),
)


def _dead_letters() -> tuple[Topic, ...]:
    readers = {reader for topic in _LINE for reader in topic.readers}
    key = "the failed record's key"
    return tuple(
        Topic(f"{reader}.dead-letters", key=key, owner=reader, partitions=1)
        for reader in sorted(readers)
    )


# Whoever reads a topic has one of their own, for what they can never apply.
TOPICS = (*_LINE, *_dead_letters())
