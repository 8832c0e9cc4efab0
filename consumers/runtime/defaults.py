"""Settings that a consumer's own begin with: `from consumers.runtime.defaults import *`.

What is left to say is which apps, which database and which handlers; see `consumers/TUTORIAL.md`.
"""

from typing import Any

import environ

from consumers.runtime.config import ConsumerConfig

env = environ.Env()

# Shows tracebacks; never in production.
DEBUG = env.bool("DEBUG", default=False)
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

# The handlers write by Django's models; else the path of what opens a read model.
CONSUMER_READ_MODEL = ""
# How such a read model is taken out into a file.
CONSUMER_SNAPSHOTS = ""
# Who knows the contracts that events were written with.
REGISTRY_URL = env.str("REGISTRY_URL", default="http://127.0.0.1:8081/apis/ccompat/v7")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"at_hand": {"()": "consumers.runtime.loop.tracing.RecordAtHand"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}{at_hand}", "style": "{"},
    },
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "line",
            "filters": ["at_hand"],
        },
    },
    "root": {"handlers": ["stdout"], "level": "INFO"},
}


def config_of(name: str, **choices: Any) -> ConsumerConfig:
    """Give the configuration of a consumer whose group is called like itself."""
    return ConsumerConfig(
        name=name,
        group=name,
        bootstrap=env.str("KAFKA_BOOTSTRAP", default="127.0.0.1:9092"),
        # Which release runs, as its dead letters tell; a deployment says it.
        version=env.str("RELEASE", default="development" if DEBUG else ""),
        **choices,
    )


def ends_path(*, is_exactly_once: bool) -> str:
    """Return the path of what tells where topics end.

    As the monolith's connectors write: in transactions, or each record by itself.
    """
    return f"consumers.runtime.brokers.ends.{'ends_before_marks' if is_exactly_once else 'ends_of'}"
