"""OpenSearch, which can keep the search's index: fetched and started only where it is chosen.

Enters: opensearch.lock. Leaves: the unpacked server, the settings of one node, and the command
that runs it. It refuses to run as root, as PostgreSQL does.
"""

import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from stack import environment, prepare
from stack.jars import locked, resolved
from stack.layout import OPENSEARCH
from stack.ports import HOST

LOCK = Path(__file__).with_name("opensearch.lock")
# For questions, and for other nodes, which there are none of.
PORTS = ("opensearch", "opensearch-transport")
HEAP_MB = 512

# The wheel's Java has no locale data for the modules' analyzers, and the search wants none.
_MODULES = ("lang-painless", "transport-netty4")
_LOGGING = """\
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %c{1}: %m%n
"""


def is_chosen() -> bool:
    """Tell whether the search of this run keeps its index there."""
    return environment.read().get("SEARCH_ENGINE") == "opensearch"


def fetch(report: Callable[[str], None]) -> None:
    """Bring the server in unless it is here; raises ``FetchFailed``."""
    (artifact,) = locked(LOCK)
    stamp = OPENSEARCH / "lock.sha256"
    if stamp.exists() and stamp.read_text() == artifact.sha256:
        return
    report("fetching OpenSearch")
    shutil.rmtree(OPENSEARCH, ignore_errors=True)
    with zipfile.ZipFile(resolved(artifact)) as archive:
        for entry in archive.infolist():
            _, *parts = PurePosixPath(entry.filename).parts
            if not entry.is_dir() and _is_wanted(parts):
                target = OPENSEARCH.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(entry))
    # The stamp comes last: an interrupted fetch is done again from the local cache.
    stamp.write_text(artifact.sha256)


def files(folder: Path, port: int, transport_port: int) -> None:
    """Write the settings of a node that keeps its data in ``folder``."""
    settings = {
        "cluster.name": "banyan",
        "discovery.type": "single-node",
        "network.host": HOST,
        "http.port": port,
        "transport.port": transport_port,
        "path.data": folder / "data",
        "path.logs": folder / "logs",
        # A misspelt index must fail at once rather than come into being.
        "action.auto_create_index": "false",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    for name in ("config", "data", "logs", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{name}: {value}\n" for name, value in settings.items())
    (folder / "config" / "opensearch.yml").write_text(lines)
    (folder / "config" / "log4j2.properties").write_text(_LOGGING)
    if os.geteuid() == 0:
        prepare.give_to_nobody(folder, *folder.rglob("*"))


def command(folder: Path) -> tuple[str, ...]:
    """Return what runs the node whose settings `files` wrote."""
    return (
        *prepare.without_root(),
        str(prepare.JAVA),
        f"-javaagent:{OPENSEARCH / 'agent' / 'opensearch-agent.jar'}",
        f"-Xms{HEAP_MB}m",
        f"-Xmx{HEAP_MB}m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        f"-Djava.io.tmpdir={folder / 'tmp'}",
        f"-Dopensearch.path.home={OPENSEARCH}",
        f"-Dopensearch.path.conf={folder / 'config'}",
        "-Dopensearch.distribution.type=zip",
        *("-cp", f"{OPENSEARCH / 'lib'}/*", "org.opensearch.bootstrap.OpenSearch"),
    )


def _is_wanted(parts: list[str]) -> bool:
    return parts[0] in ("agent", "lib") or (parts[0] == "modules" and parts[1] in _MODULES)
