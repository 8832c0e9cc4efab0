"""The Java artifacts: fetched by Maven coordinates, checked against the lock.

Enters: jars.lock (coordinates and SHA-256). Leaves: one flat folder of jars for Kafka and
Connect, and the unpacked registry. `jgo` does the fetching; it keeps no hashes of its own
for a list of files, so the check is here.
"""

import hashlib
import shutil
import tarfile
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from stack.errors import FetchFailed
from stack.layout import FETCHED, JARS, REGISTRY

LOCK = Path(__file__).with_name("jars.lock")


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file of the lock; ``coordinate`` is group:artifact:version[:packaging:classifier]."""

    coordinate: str
    sha256: str

    @property
    def is_archive(self) -> bool:
        """Tell whether this is the registry's archive rather than a jar."""
        return ":tar.gz:" in self.coordinate


def locked(lock: Path = LOCK) -> list[Artifact]:
    """Return the lock's artifacts."""
    return [Artifact(**entry) for entry in tomllib.loads(lock.read_text())["artifact"]]


def fetch(report: Callable[[str], None]) -> None:
    """Bring in whatever the lock names and is not here yet; raises ``FetchFailed``."""
    stamp = FETCHED / "lock.sha256"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    artifacts = locked()
    report(f"fetching {len(artifacts)} Java artifacts")
    shutil.rmtree(FETCHED, ignore_errors=True)
    JARS.mkdir(parents=True)
    with ThreadPoolExecutor(8) as pool:
        for artifact, path in zip(artifacts, pool.map(resolved, artifacts), strict=True):
            _put_in_place(artifact, path)
    # The stamp comes last: an interrupted fetch is done again from the local cache.
    stamp.write_text(wanted)


def resolved(artifact: Artifact) -> Path:
    """Return the artifact's file, with the lock's bytes; raises ``FetchFailed``."""
    for attempt in ("first", "second"):
        path = download(artifact)
        if sha256_of(path) == artifact.sha256:
            return path
        # A broken file in the local cache is fetched anew, once.
        if attempt == "first":
            path.unlink()
    raise FetchFailed(
        f"{artifact.coordinate} has other bytes than stack/'s lock says. Nothing of it was used; "
        "if the lock is right, the registry or its mirror is not to be trusted."
    )


def download(artifact: Artifact) -> Path:
    """Return the artifact's file in the local cache, fetched if need be."""
    # Imported here because only the first start fetches anything.
    from jgo.maven import MavenContext

    group, name, version, *rest = artifact.coordinate.split(":")
    packaging, classifier = rest or ("jar", "")
    component = MavenContext().project(group, name).at_version(version)
    try:
        return Path(component.artifact(classifier=classifier, packaging=packaging).resolve())
    except Exception as error:  # The fetcher raises whatever its network library does.
        raise FetchFailed(
            f"Could not fetch {artifact.coordinate}: {error}. Check the connection to the package "
            "registry and run `make up` again; what is already here is kept."
        ) from error


def sha256_of(path: Path) -> str:
    """Return the file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _put_in_place(artifact: Artifact, path: Path) -> None:
    if artifact.is_archive:
        with tarfile.open(path) as archive:
            # The safe filter came with Python 3.11.4; before it, the checked hash must do.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(REGISTRY)
    else:
        shutil.copy(path, JARS / path.name)
