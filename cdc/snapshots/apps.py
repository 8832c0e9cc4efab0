"""The Django app that a monolith installs to ask Debezium for snapshots."""

from django.apps import AppConfig


class SnapshotsConfig(AppConfig):
    """Hold the table of signals."""

    name = "cdc.snapshots"
    label = "snapshots"
