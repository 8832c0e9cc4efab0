"""How a found home is told to a program: a stored row enters, a JSON object leaves.

The extracted copy of the monolith's module: the same keys in the same order.
"""

from collections.abc import Mapping
from typing import Any

from consumers.search.cards import url
from consumers.search.index.documents import COLUMNS


def as_result(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON object; the order of its keys is part of the promise."""
    told = {name: row[name] for name in COLUMNS if name not in ("id", "slug")}
    return {"id": row["id"], "url": url(row), **told}
