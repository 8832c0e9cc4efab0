"""What the services around the database show: connectors, topics, registry.

Enters: their clients. Leaves: findings. A service that does not answer is a finding, too:
the doctor goes on with the next.
"""

from collections.abc import Iterator, Mapping

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.schema_registry import SchemaRegistryClient

from cdc import skew, topics
from cdc.connect.client import ConnectClient, ConnectError
from cdc.connect.connectors import Config
from cdc.connect.rollout import differences
from cdc.contracts.schemas import all_schemas
from cdc.doctor.finding import Finding
from cdc.outbox.models import RegisteredContract


def examine_connectors(client: ConnectClient, declared: Mapping[str, Config]) -> Iterator[Finding]:
    """Yield connectors that do not run, with their own last words, or not as declared."""
    for name, config in declared.items():
        try:
            status, running = client.status(name), client.configuration(name)
        except ConnectError as error:
            yield Finding(
                "connector",
                str(error),
                "nothing is captured while it is away, and PostgreSQL keeps the log",
                "start Kafka Connect",
            )
            return
        if not status.is_running:
            words = status.trace.strip().splitlines()[:1]
            yield Finding(
                "connector",
                f"{name} is {status.state}" + (f": {words[0]}" if words else ""),
                "its slot holds the log back, and its changes wait",
                f"mend the cause, then manage.py connectors restart {name}",
            )
        if running and (found := differences(name, running, config)):
            yield Finding(
                "connector",
                f"{name} runs otherwise than declared: {', '.join(each.setting for each in found)}",
                "records may lack a column or a header that their readers go by",
                "manage.py connectors apply",
            )


def examine_topics(admin: AdminClient, replication: int) -> Iterator[Finding]:
    """Yield topics that are not as declared; a missing one stalls its whole connector."""
    try:
        steps = topics.plan(admin, replication)
    except topics.BrokerAway as error:
        yield Finding("topics", str(error), "nothing flows", "start Kafka")
        return
    for step in steps:
        yield Finding(
            "topics",
            f"{step.topic.name}: {step.reason}",
            "a record for a missing topic stalls its connector while it says RUNNING"
            if step.action == "create"
            else "records are kept, or spread, otherwise than everybody was told",
            "manage.py topics apply"
            if step.action != "drift"
            else "declare it in cdc/contracts/topics.py, or plan a change by hand",
        )


def examine_skew(admin: AdminClient, enough: int = skew.ENOUGH) -> Iterator[Finding]:
    """Yield event topics of which one partition holds far more than its share."""
    try:
        found = list(skew.skewed(admin, enough))
    except KafkaException:
        return  # `examine_topics` says that the broker is away.
    for each in found:
        yield Finding(
            "partition skew",
            str(each),
            "one consumer does most of the work, and its lag is everybody's",
            "look for the one hot key; more partitions do not help, another key might",
        )


def examine_contracts(client: SchemaRegistryClient) -> Iterator[Finding]:
    """Yield contracts that could not be published, or that the registry does not hold."""
    known = dict(RegisteredContract.objects.values_list("fingerprint", "schema_id"))
    for schema in all_schemas().values():
        if schema.fingerprint not in known:
            yield Finding(
                "contract",
                f"{schema.subject} has no registry id in the monolith's database",
                "publishing it fails, and the change that causes it with it",
                "manage.py contracts register",
            )
    try:
        held = set(client.get_subjects())
    except Exception as error:  # The client passes on whatever its HTTP library raises.
        yield Finding(
            "registry",
            f"the registry does not answer: {error}",
            "consumers that start now cannot look schemas up; writers are not affected",
            "start the registry",
        )
        return
    for schema in all_schemas().values():
        if schema.subject not in held:
            yield Finding(
                "registry",
                f"the registry does not hold {schema.subject}",
                "consumers cannot look its schema up",
                "manage.py contracts register",
            )
