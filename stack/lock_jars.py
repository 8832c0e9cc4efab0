"""Resolve the Java coordinates of `versions` and write jars.lock.

Enters: coordinates. Leaves: the lock, one entry a file with its SHA-256. It is run by a
person who raises a version, never by `make up`.
"""

from collections.abc import Iterator

from jgo.env import EnvironmentBuilder, EnvironmentSpec
from jgo.maven import MavenContext

from stack import versions
from stack.jars import LOCK, Artifact, download, sha256_of


def write_lock() -> int:
    """Resolve everything anew, write the lock and return the number of its entries."""
    entries = sorted([*_resolved(), _registry()])
    LOCK.write_text(
        "# Written by `manage.py stack lock-jars` from stack/versions.py.\n"
        + "".join(
            f'\n[[artifact]]\ncoordinate = "{coordinate}"\nsha256 = "{sha256}"\n'
            for coordinate, sha256 in entries
        )
    )
    return len(entries)


def _resolved() -> Iterator[tuple[str, str]]:
    spec = EnvironmentSpec(name="banyan", coordinates=list(versions.COORDINATES))
    lock = EnvironmentBuilder(context=MavenContext()).resolve_lockfile(spec)
    for jar in lock.dependencies:
        yield f"{jar.groupId}:{jar.artifactId}:{jar.version}", str(jar.sha256)


def _registry() -> tuple[str, str]:
    coordinate = versions.REGISTRY_COORDINATE
    return coordinate, sha256_of(download(Artifact(coordinate, "")))
