"""Every long-running process of the line, as data.

Enters: a run's ports and folders. Leaves: `Service` values that the supervisor starts in
the order of their `after`. What a process needs on disk first is in `prepare.py`; the
set-up steps between processes are in `steps.py`.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from stack import opensearch, prepare
from stack.environment import ROOT
from stack.layout import JARS, REGISTRY, Layout
from stack.ports import HOST, Ports

# There is one worker: it has nobody to greet, to watch or to tell.
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")
MANAGE = (sys.executable, str(ROOT / "manage.py"))


@dataclass(frozen=True, slots=True)
class Probe:
    """How to see that a process serves: a TCP connect, or an HTTP path that answers 200."""

    kind: Literal["tcp", "http", "none"]
    port: int = 0
    path: str = "/"


@dataclass(frozen=True, slots=True)
class Service:
    """One supervised process.

    ``port`` is the one that others use; ``after`` names services and steps that must be
    ready first; ``stop_signal`` asks for an orderly end, which gets ``stop_s`` seconds;
    ``renew_signal``, where there is one, for a restart that nobody notices.
    """

    name: str
    command: tuple[str, ...]
    port: int
    probe: Probe
    after: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    stop_signal: str = "TERM"
    stop_s: int = 15
    renew_signal: str = ""


def services(ports: Ports, layout: Layout) -> dict[str, Service]:
    """Return every service by name, stores first."""
    every = (
        _postgres(ports, layout),
        _redis(ports, layout),
        _mail(ports, layout),
        _kafka(ports, layout),
        _registry(ports, layout),
        _connect(ports, layout),
        _web("monolith", "monolith.wsgi", ports, after=("migrate", "identity-keys", "redis")),
        _alerts("worker", "migrate", "--queues", "alerts", "--concurrency", "1", *QUIET),
        # Due times are told as events: before the connectors are there nothing would hear of them.
        _alerts("beat", "contacts", "--scheduler", "celery.beat:Scheduler", "--pidfile", ""),
        *([_opensearch(ports, layout)] if opensearch.is_chosen() else []),
        _search_consumer(ports),
        _web("search-web", "consumers.search.wsgi", ports, after=("identity-keys",)),
        _notifications_consumer(ports),
        _web(
            "notifications-web",
            "consumers.notifications.wsgi",
            ports,
            after=("notifications-migrate", "identity-keys"),
        ),
        _notifications("worker", "--queues", "notifications", "--concurrency", "2", *QUIET),
        _notifications("beat", "--scheduler", "celery.beat:Scheduler", "--pidfile", ""),
        _web("strangler", "strangler.control.wsgi", ports, after=("strangler-migrate",)),
        _strangler_agent(),
        _gateway(ports, layout),
    )
    return {service.name: service for service in every}


def _tcp(port: int) -> Probe:
    return Probe("tcp", port)


def _http(port: int, path: str) -> Probe:
    return Probe("http", port, path)


def _postgres(ports: Ports, layout: Layout) -> Service:
    port = ports["postgres"]
    settings = {
        "listen_addresses": HOST,
        "port": port,
        "unix_socket_directories": "",
        "wal_level": "logical",
        "max_connections": 100,
        "shared_buffers": "128MB",
        "max_wal_size": "1GB",
        "log_min_messages": "warning",
    }
    options = tuple(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
    binary = str(prepare.POSTGRES_BIN / "postgres")
    data = str(prepare.postgres_data(layout))
    return Service(
        "postgres",
        (*prepare.without_root(), binary, "-D", data, *options),
        port,
        _tcp(port),
        after=("postgres-files",),
        # "Fast" shutdown: sessions are ended, the write-ahead log is flushed.
        stop_signal="INT",
        # Cut off amid its last checkpoint, it leaves processes that keep the next one out.
        stop_s=60,
    )


def _redis(ports: Ports, layout: Layout) -> Service:
    port = ports["redis"]
    # Nothing in Redis is the only copy of anything, so it keeps nothing on disk.
    options = ("--bind", HOST, "--port", str(port), "--save", "", "--appendonly", "no")
    folder = str(layout.folder("redis"))
    command = (str(prepare.REDIS_SERVER), *options, "--dir", folder)
    return Service("redis", command, port, _tcp(port))


def _mail(ports: Ports, layout: Layout) -> Service:
    addresses = ("--smtp", str(ports["mail"]), "--page", str(ports["mail-page"]))
    folder = ("--folder", str(layout.folder("mail")))
    command = (sys.executable, "-m", "stack.mail", *addresses, *folder)
    return Service("mail", command, ports["mail"], _tcp(ports["mail"]))


def _kafka(ports: Ports, layout: Layout) -> Service:
    properties = str(prepare.kafka_properties(layout))
    return Service(
        "kafka",
        (*_java(layout, "kafka", heap_mb=512), "-cp", f"{JARS}/*", "kafka.Kafka", properties),
        ports["kafka"],
        _tcp(ports["kafka"]),
        after=("kafka-files",),
        stop_s=30,
    )


def _connect(ports: Ports, layout: Layout) -> Service:
    main = "org.apache.kafka.connect.cli.ConnectDistributed"
    properties = str(prepare.connect_properties(layout))
    return Service(
        "connect",
        (*_java(layout, "connect", heap_mb=512), "-cp", f"{JARS}/*", main, properties),
        ports["connect"],
        _http(ports["connect"], "/connectors"),
        after=("kafka", "kafka-files"),
    )


def _registry(ports: Ports, layout: Layout) -> Service:
    port = ports["registry"]
    # It is asked at start-up and by tools only: quick to start beats quick under load.
    java = _java(layout, "registry", heap_mb=256, options=("-XX:TieredStopAtLevel=1",))
    return Service(
        "registry",
        (*java, "-jar", str(REGISTRY / "quarkus-run.jar")),
        port,
        _http(port, "/apis/ccompat/v7/subjects"),
        after=("jars", "databases"),
        environment=prepare.registry_environment(ports),
    )


def _java(
    layout: Layout, name: str, *, heap_mb: int, options: tuple[str, ...] = ()
) -> tuple[str, ...]:
    # The class archive is written at the first orderly end and saves seconds at every start.
    archive = layout.folder("java") / f"{name}.jsa"
    return (
        str(prepare.JAVA),
        f"-Xmx{heap_mb}m",
        "-XX:+UseSerialGC",
        "-XX:+AutoCreateSharedArchive",
        f"-XX:SharedArchiveFile={archive}",
        "-Xlog:disable",
        "-Xlog:all=error:stderr",
        "--enable-native-access=ALL-UNNAMED",
        f"-Dlog4j2.configurationFile={prepare.LOG4J}",
        # Native libraries are unpacked beside the data rather than left in the system's folder.
        f"-Djava.io.tmpdir={layout.folder('java')}",
        *options,
    )


def _web(name: str, module: str, ports: Ports, *, after: tuple[str, ...]) -> Service:
    port = ports[name]
    command = (sys.executable, "-m", "stack.serve", f"{HOST}:{port}", module)
    return Service(name, command, port, _http(port, "/healthz"), after, renew_signal="HUP")


def _alerts(role: str, after: str, *options: str) -> Service:
    return _celery(f"alerts-{role}", "monolith.celery", role, *options, after=after)


def _notifications(role: str, *options: str) -> Service:
    name, module = f"notifications-{role}", "consumers.notifications.celery"
    return _celery(name, module, role, *options, after="notifications-migrate")


def _celery(name: str, module: str, role: str, *options: str, after: str) -> Service:
    # It has no port: that it works is seen by what it does.
    command = (sys.executable, "-m", "celery", "-A", module, "-q", role, *options)
    return Service(name, command, 0, Probe("none"), (after, "redis"))


def _search_consumer(ports: Ports) -> Service:
    port = ports["search-consumer"]
    command = (*MANAGE, "consumers", "run", "search")
    after = ("topics", "opensearch") if opensearch.is_chosen() else ("topics",)
    return Service("search-consumer", command, port, _http(port, "/healthz"), after)


def _notifications_consumer(ports: Ports) -> Service:
    port = ports["notifications-consumer"]
    command = (*MANAGE, "consumers", "run", "notifications")
    after = ("topics", "notifications-migrate")
    return Service("notifications-consumer", command, port, _http(port, "/healthz"), after)


def _opensearch(ports: Ports, layout: Layout) -> Service:
    port = ports["opensearch"]
    command = opensearch.command(layout.folder("opensearch"))
    after = ("opensearch-files",)
    return Service("opensearch", command, port, _http(port, "/"), after, stop_s=30)


def _strangler_agent() -> Service:
    command = (*MANAGE, "strangler", "agent")
    return Service("strangler-agent", command, 0, Probe("none"), ("render",))


def _gateway(ports: Ports, layout: Layout) -> Service:
    admin = ports["gateway-admin"]
    # The access log is on disk within a second.
    words = ("--concurrency", "1", "--file-flush-interval-msec", "1000")
    where = (str(envoy_folder(layout)), f"{HOST}:{admin}")
    command = (sys.executable, "-m", "strangler.envoy.attendant", *where, *words)
    probe, after = _http(admin, "/ready"), ("render", "monolith")
    return Service("gateway", command, ports["gateway"], probe, after, renew_signal="HUP")


def envoy_folder(layout: Layout) -> Path:
    """Return the folder that the strangler's agent renders into and Envoy watches."""
    return layout.folder("envoy")
