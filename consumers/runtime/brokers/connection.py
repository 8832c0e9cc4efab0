"""Which broker, and how it is spoken to: what all of a consumer's Kafka clients have in common.

Enters: a consumer's configuration. Leaves: the part of its options that a client needs to be let
in. Whoever rebuilds, replays, buries or asks beside the group is told it, as who consumes is.
"""

from typing import Any

from consumers.runtime.config import ConsumerConfig

# The beginnings of such options' names; every kind of client takes all of these.
_CONNECTION = (
    *("security.", "sasl.", "ssl.", "https.", "oauth_cb", "enable.ssl.", "enable.sasl."),
    *("client.", "broker.", "api.version.", "socket.", "connections.", "reconnect."),
    *("metadata.", "topic.metadata."),
)


def connection_options(config: ConsumerConfig) -> dict[str, Any]:
    """Give what any client of the broker is told first; what is read or sent is not in it."""
    told = {name: value for name, value in config.options.items() if name.startswith(_CONNECTION)}
    return {"bootstrap.servers": config.bootstrap, **told}
