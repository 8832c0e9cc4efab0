"""Resolve the Java coordinates of `versions` and write jars.lock and opensearch.lock.

Enters: coordinates. Leaves: the lock, one entry a file with its SHA-256. It is run by a
person who raises a version, never by `make up`.
"""

from collections.abc import Iterator
from pathlib import Path

from jgo.env import EnvironmentBuilder, EnvironmentSpec
from jgo.maven import MavenContext

from stack import jars, opensearch, versions
from stack.jars import Artifact, download, sha256_of


def write_lock() -> int:
    """Resolve everything anew, write the lock and return the number of its entries."""
    entries = sorted([*_resolved(), _archive(versions.REGISTRY_COORDINATE)])
    _write(jars.LOCK, ".", entries)
    optional = [_archive(versions.OPENSEARCH_COORDINATE)]
    _write(opensearch.LOCK, "; fetched where the search uses it.", optional)
    return len(entries) + len(optional)


def _write(lock: Path, more: str, entries: list[tuple[str, str]]) -> None:
    lock.write_text(
        f"# Written by `manage.py stack lock-jars` from stack/versions.py{more}\n"
        + "".join(
            f'\n[[artifact]]\ncoordinate = "{coordinate}"\nsha256 = "{sha256}"\n'
            for coordinate, sha256 in entries
        )
    )


def _resolved() -> Iterator[tuple[str, str]]:
    spec = EnvironmentSpec(name="banyan", coordinates=list(versions.COORDINATES))
    lock = EnvironmentBuilder(context=MavenContext()).resolve_lockfile(spec)
    for jar in lock.dependencies:
        yield f"{jar.groupId}:{jar.artifactId}:{jar.version}", str(jar.sha256)


def _archive(coordinate: str) -> tuple[str, str]:
    return coordinate, sha256_of(download(Artifact(coordinate, "")))
