"""Settings of a consumer that writes down what it is told, begun by tests as by people."""

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.defaults import *  # noqa: F403
from consumers.runtime.defaults import env

INSTALLED_APPS = ["consumers.runtime"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": env.db("COUNTED_DATABASE_URL")}
CONSUMER = "tests.consumers.runtime.counted.handlers.counted"
COUNTED_TOPIC = env.str("COUNTED_TOPIC")
CONSUMER_CONFIG = ConsumerConfig(
    *("counted", COUNTED_TOPIC, env.str("KAFKA_BOOTSTRAP"), (COUNTED_TOPIC,)), batch_size=50
)
CONSUMER_HEALTH_PORT = env.int("COUNTED_HEALTH_PORT")
