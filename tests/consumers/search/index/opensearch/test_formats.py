"""The indexes of another release, beside those of this one."""

import time

from consumers.search.index.opensearch.engine import OpenSearchEngine
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine
from tests.consumers.search.engines import indexes_of, on_opensearch
from tests.consumers.search.rebuilds import rebuild

pytestmark = on_opensearch


def test_an_index_of_another_release_stays_until_this_one_can_go_back_by_itself(
    line: SearchLine,
) -> None:
    assert isinstance(line.engine, OpenSearchEngine)
    client, other = line.engine.indexes().client, f"{line.engine.name}-0-abc"
    client.indices.create(index=other)
    client.index(index=other, id="current", body={"current_at": time.time()})
    line.save(row(id=1))
    line.run()
    rebuild(line)
    rebuild(line)
    # Its consumer may be running still.
    assert client.indices.exists(index=other)
    client.index(index=other, id="current", body={"current_at": time.time() - 3601})
    rebuild(line)
    assert not client.indices.exists(index=other)
    assert len(indexes_of(line)) == 2
