"""One index in one file: an archive of its segments, told by a list that names each with its sum.

Enters: the live index, or a file. Leaves: a file, or the live index. A file is looked through
before anything is put in the live one's place, so that a damaged one changes nothing.
"""

import hashlib
import json
import os
import shutil
import tarfile
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from consumers.runtime.snapshots import Snapshot, SnapshotRefused
from consumers.search.index.locks import locked, no_commits
from consumers.search.index.state import (
    FILE,
    PREVIOUS,
    IndexState,
    UnusableState,
    load_state,
    save_state,
    state_of,
)
from consumers.search.index.tantivy.generation import kept_in
from consumers.search.index.tantivy.generations import new_name, sweep
from consumers.search.index.tantivy.wholeness import LIST, Wholeness, named_files

_CONTENTS = "contents.json"
# Merges replace segments while they are being looked through.
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class TantivySnapshots:
    """Snapshots of the live index in ``root``."""

    root: Path

    def save(self, file: Path) -> Snapshot:
        try:
            with TemporaryDirectory(dir=self.root) as copy:
                state = _linked(self.root, Path(copy))
                _write(file, state, sorted(Path(copy).glob("[!.]*")))
        except (UnusableState, OSError) as reason:
            raise SnapshotRefused(str(reason)) from reason
        return _told(state)

    def restore(self, file: Path) -> Snapshot:
        self.root.mkdir(parents=True, exist_ok=True)
        with (
            closing(locked(self.root / "writer.lock", SnapshotRefused, "writes the index")),
            closing(locked(self.root / "rebuild.lock", SnapshotRefused, "rebuilds the index")),
        ):
            name = new_name()
            try:
                state = replace(_unpacked(file, self.root / name), directory=name)
                _put_in_place(self.root, state)
            except (OSError, ValueError, KeyError, TypeError, tarfile.TarError) as reason:
                raise SnapshotRefused(f"{file}: {reason}") from reason
            finally:
                sweep(self.root)
        return _told(state)


def _told(state: IndexState) -> Snapshot:
    return Snapshot(state.documents, dict(state.offsets))


def _linked(root: Path, copy: Path) -> IndexState:
    """Link the live index's files into ``copy``. They never change, and outlive a merge so."""
    with no_commits(root):
        state = load_state(root)
        for _ in range(_ATTEMPTS):
            if _is_whole_copy(root / state.directory, copy):
                Wholeness(copy).prove()
                return state
    raise UnusableState(f"{root / state.directory} was merged again and again")


def _is_whole_copy(index: Path, copy: Path) -> bool:
    for left in copy.iterdir():
        left.unlink()
    try:
        # The list of segments first: those that come later, or are being written, are not in it.
        shutil.copy(index / LIST, copy)
        for name in named_files(copy):
            os.link(index / name, copy / name)
        kept_in(copy)
    except (FileNotFoundError, ValueError):
        return False
    return True


def _write(file: Path, state: IndexState, members: list[Path]) -> None:
    """Write the archive beside its place first: what has its name is whole."""
    draft = file.with_name(f"{file.name}.new")
    told = {"state": asdict(state), "sums": {each.name: _sum_of(each) for each in members}}
    listed = json.dumps(told).encode()
    entry = tarfile.TarInfo(_CONTENTS)
    entry.size = len(listed)
    with tarfile.open(draft, "w") as archive:
        archive.addfile(entry, BytesIO(listed))
        for each in members:
            archive.add(each, each.name)
    os.replace(draft, file)


def _unpacked(file: Path, target: Path) -> IndexState:
    """Give the state of the index that was unpacked to ``target``, whole and readable."""
    with tarfile.open(file, "r:") as archive:
        told = json.loads(_member(archive, _CONTENTS).read())
        state = state_of(json.dumps(told["state"]), str(file))
        target.mkdir()
        for name, expected in told["sums"].items():
            with (target / Path(name).name).open("wb") as written:
                shutil.copyfileobj(_member(archive, name), written)
            if _sum_of(target / Path(name).name) != expected:
                raise UnusableState(f"{name} has other bytes than were written")
    if len(kept_in(target)) != state.documents:
        raise UnusableState("it holds another number of listings than it tells")
    return state


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        found = archive.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise UnusableState(f"it holds no {name}")
    return found


def _put_in_place(root: Path, state: IndexState) -> None:
    """Make the index the live one, which has not caught up yet; the one before is kept."""
    with no_commits(root):
        # Where there is none, or none that can be read, there is nothing to keep.
        with suppress(UnusableState):
            save_state(root, load_state(root), PREVIOUS)
        save_state(root, replace(state, caught_up_once=False), FILE)


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
