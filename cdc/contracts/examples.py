"""One golden example of every event and captured table: for documents, and fed to every handler.

Enters: `examples/<Event>.json`, the fields as JSON, and `examples/rows/<table>.json`. Leaves:
typed events, and rows as their records hold them.
"""

import json
from pathlib import Path
from typing import Any

from cdc.contracts.events import EVENTS, DomainEvent
from cdc.contracts.schemas import all_schemas
from cdc.contracts.sealed import Sealed
from cdc.contracts.tables import CapturedTable

FOLDER = Path(__file__).parent / "examples"


def example(event_type: str) -> DomainEvent:
    """Return the example of an event; raises ``FileNotFoundError`` when nobody wrote one."""
    fields = json.loads((FOLDER / f"{event_type}.json").read_text())
    sealed = all_schemas()[event_type].personal
    return EVENTS[event_type](
        **{name: _typed(item, is_sealed=name in sealed) for name, item in fields.items()}
    )


def row_example(table: CapturedTable) -> dict[str, Any]:
    """Return the example of a captured row; raises ``FileNotFoundError`` when nobody wrote one."""
    row: dict[str, Any] = json.loads((FOLDER / "rows" / f"{table.name}.json").read_text())
    return row


def _typed(item: Any, *, is_sealed: bool) -> Any:
    if is_sealed and item is not None:
        return Sealed(item)
    return tuple(item) if isinstance(item, list) else item
