"""Tantivy behind the port: the index is a directory of this machine."""

from dataclasses import dataclass
from pathlib import Path

from consumers.search.index.tantivy.reader import TantivyReader
from consumers.search.index.tantivy.snapshots import TantivySnapshots
from consumers.search.index.tantivy.successor import TantivySuccessor
from consumers.search.index.tantivy.writer import TantivyWriter


@dataclass(frozen=True, slots=True)
class TantivyEngine:
    """The indexes in ``root``."""

    root: Path

    def writer(self) -> TantivyWriter:
        return TantivyWriter(self.root)

    def reader(self) -> TantivyReader:
        return TantivyReader(self.root)

    def snapshots(self) -> TantivySnapshots:
        return TantivySnapshots(self.root)

    def successor(self, *, back: bool) -> TantivySuccessor:
        return TantivySuccessor(self.root, back=back)
