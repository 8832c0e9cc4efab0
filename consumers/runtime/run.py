"""Run one consumer in the foreground: signals, health, loop. What a command calls."""

import logging
import signal
from types import FrameType

from consumers.runtime.brokers.kafka import KafkaBroker
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.erasure import Erase, answering
from consumers.runtime.health import serve_health
from consumers.runtime.loop import Loop
from consumers.runtime.projection import Handler, Projection

log = logging.getLogger(__name__)


def run_consumer(
    config: ConsumerConfig, handler: Handler, projection: Projection, health_port: int, erase: Erase
) -> None:
    """Consume until SIGTERM or SIGINT; drain, then return. Raises ``StopConsumer``.

    ``erase`` is how the consumer forgets a person; it is asked for each deleted account.
    """
    broker = KafkaBroker(config)
    loop = Loop(config, broker, answering(handler, config.name, erase, broker), projection)

    def drain(number: int, _: FrameType | None) -> None:
        log.info("draining consumer=%s signal=%s", config.name, number)
        loop.stop()

    signal.signal(signal.SIGTERM, drain)
    signal.signal(signal.SIGINT, drain)
    server = serve_health(config.name, loop.progress, health_port)
    log.info("consuming consumer=%s topics=%s", config.name, ",".join(config.topics))
    try:
        loop.run()
    finally:
        server.shutdown()
    log.info("drained consumer=%s applied=%s", config.name, loop.progress.applied)
