"""The declared connectors of this site: the declaration filled in from Django's settings.

Enters: settings. Leaves: where the database is, and each connector's configuration.
"""

from django.conf import settings

from cdc.connect.connectors import Carrier, Config, Source, connectors


def source() -> Source:
    """Return the monolith's database as Debezium reaches it."""
    database = settings.DATABASES["default"]
    return Source(
        host=database["HOST"],
        port=int(database["PORT"]),
        database=database["NAME"],
        user=settings.DEBEZIUM_USER,
        password=settings.DEBEZIUM_PASSWORD,
    )


def declared() -> dict[str, Config]:
    """Return every connector's configuration by the connector's name."""
    carrier: Carrier = "message" if settings.OUTBOX_TRANSPORT == "message" else "table"
    return connectors(source(), carrier, is_exactly_once=settings.CAPTURE_EXACTLY_ONCE)
