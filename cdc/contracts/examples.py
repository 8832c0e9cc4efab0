"""One golden example of every event: for the documents, and fed to every handler in tests.

Enters: `examples/<Event>.json`, the fields as JSON. Leaves: typed events.
"""

import json
from pathlib import Path

from cdc.contracts.events import EVENTS, DomainEvent

FOLDER = Path(__file__).parent / "examples"


def example(event_type: str) -> DomainEvent:
    """Return the example of an event; raises ``FileNotFoundError`` when nobody wrote one."""
    fields = json.loads((FOLDER / f"{event_type}.json").read_text())
    typed = {name: tuple(item) if isinstance(item, list) else item for name, item in fields.items()}
    return EVENTS[event_type](**typed)
