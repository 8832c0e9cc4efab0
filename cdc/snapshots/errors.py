"""What keeps a snapshot from being asked for, or its progress from being told."""


class SnapshotError(Exception):
    """Root of the tree."""


class NoSuchTable(SnapshotError):
    """The table is not captured, so no snapshot of it would arrive anywhere."""


class FilterRefused(SnapshotError):
    """The database cannot use the condition; the connector would stop at it."""


class NotFinished(SnapshotError):
    """No end was told in time; the snapshot goes on, and can be followed again."""


class NotificationsAway(SnapshotError):
    """The topic of Debezium's answers cannot be read."""
