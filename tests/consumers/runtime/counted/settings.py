"""Settings of a consumer that writes down what it is told, begun by tests as by people."""

from consumers.runtime.config import ConsumerConfig, DeadLetterLimits
from consumers.runtime.defaults import *  # noqa: F403
from consumers.runtime.defaults import env

INSTALLED_APPS = ["consumers.runtime", "tests.consumers.runtime.counted"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": env.db("COUNTED_DATABASE_URL")}
CONSUMER = "tests.consumers.runtime.counted.handlers.counted"
COUNTED_TOPIC = env.str("COUNTED_TOPIC")
# Names the values that cannot be handled for as long as they stand in it.
COUNTED_FLAWS = env.str("COUNTED_FLAWS")
# Of the release that runs.
COUNTED_VERSION = env.int("COUNTED_VERSION")
# Who takes this file away is paused amid a unit.
COUNTED_PAUSE = env.str("COUNTED_PAUSE")
# Who takes this file away, with a step behind its name, dies at that step.
COUNTED_DIES = env.str("COUNTED_DIES")
# What ends so is tried twice.
COUNTED_STUMBLES = env.str("COUNTED_STUMBLES")
CONSUMER_CONFIG = ConsumerConfig(
    *("counted", COUNTED_TOPIC, env.str("KAFKA_BOOTSTRAP"), (COUNTED_TOPIC,)),
    batch_size=50,
    lanes=env.int("COUNTED_LANES"),
    limits=DeadLetterLimits(in_a_row=env.int("COUNTED_IN_A_ROW")),
)
CONSUMER_HEALTH_PORT = env.int("COUNTED_HEALTH_PORT")
