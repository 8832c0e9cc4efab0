"""OpenSearch behind the port: the index is on a server, for HTTP processes on any machine."""

from dataclasses import dataclass
from pathlib import Path

from consumers.runtime.snapshots import SnapshotRefused, Snapshots
from consumers.search.index.opensearch.connection import for_pages, for_writing
from consumers.search.index.opensearch.indexes import Indexes
from consumers.search.index.opensearch.reader import OpenSearchReader
from consumers.search.index.opensearch.successor import OpenSearchSuccessor
from consumers.search.index.opensearch.writer import OpenSearchWriter


@dataclass(frozen=True, slots=True)
class OpenSearchEngine:
    """The indexes at ``url`` whose names begin with ``name``; consumers lock in ``root``."""

    url: str
    name: str
    root: Path

    def indexes(self) -> Indexes:
        return Indexes(for_writing(self.url), self.name)

    def writer(self) -> OpenSearchWriter:
        return OpenSearchWriter(self.indexes(), self.root)

    def reader(self) -> OpenSearchReader:
        return OpenSearchReader(Indexes(for_pages(self.url), self.name))

    def snapshots(self) -> Snapshots:
        raise SnapshotRefused("OpenSearch keeps snapshots itself, in its repositories")

    def successor(self, *, back: bool) -> OpenSearchSuccessor:
        return OpenSearchSuccessor(self.indexes(), self.root, back=back)
