"""How long topics keep their records, against how long the inbox remembers them.

Enters: what the broker says of the topics. Leaves: nothing, or a refusal: of a record that is
read again after the inbox has forgotten it nobody could tell that it was applied.
"""

import logging
import math
from collections.abc import Mapping

from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    ConfigResource,
    ResourceType,
)

from consumers.runtime.brokers.connection import connection_options
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.errors import StopConsumer

log = logging.getLogger(__name__)

_PATIENCE = 10.0
_DAY_MS = 86_400_000


def refuse_short_inbox(config: ConsumerConfig) -> None:
    """Raise ``StopConsumer`` when a topic keeps records longer than the inbox their ids."""
    if math.isinf(config.inbox_days):
        return
    kept = kept_days(config)
    if unknown := set(config.topics) - set(kept):
        log.warning("retention_unknown topics=%s", ",".join(sorted(unknown)))
    if trouble := longer_than_inbox(kept, config.inbox_days):
        raise StopConsumer(trouble)


def longer_than_inbox(kept: Mapping[str, float], inbox_days: float) -> str:
    """Say which topics keep records longer than ``inbox_days``; "" when none does."""
    longer = sorted((topic, days) for topic, days in kept.items() if days > inbox_days)
    if not longer:
        return ""
    told = ", ".join(f"{topic} keeps records {_told(days)}" for topic, days in longer)
    wanted = max(days for _, days in longer)
    setting = "math.inf" if math.isinf(wanted) else f"{math.ceil(wanted)} or more"
    return (
        f"{told}, and the inbox forgets events after {inbox_days:g} days: read again, old ones "
        f"would be applied twice; set inbox_days to {setting}, or shorten the topic's retention"
    )


def kept_days(config: ConsumerConfig) -> dict[str, float]:
    """Give how old a record of each topic can become; what the broker does not tell is left out.

    Of a compacted topic that is 0: it tells rows, which have no ids.
    """
    admin = AdminClient({**connection_options(config), "log_level": 0})
    wanted = [ConfigResource(ResourceType.TOPIC, topic) for topic in config.topics]
    found: dict[str, float] = {}
    for topic, told in admin.describe_configs(wanted, request_timeout=_PATIENCE).items():
        try:
            values = {name: str(entry.value) for name, entry in told.result().items()}
        except KafkaException as failure:
            log.debug("retention_unknown topic=%s error=%s", topic.name, failure)
        else:
            found[topic.name] = _kept(values)
    return found


def _kept(values: Mapping[str, str]) -> float:
    if "delete" not in values["cleanup.policy"]:
        return 0.0
    retention = int(values["retention.ms"])
    # A segment goes as a whole, when its youngest record may.
    return math.inf if retention < 0 else (retention + int(values["segment.ms"])) / _DAY_MS


def _told(days: float) -> str:
    return "for ever" if math.isinf(days) else f"up to {days:g} days"
