"""The search's read model from the beginning of its topics, as a consumer without one builds it.

Leaves: seconds from the beginning of the rebuild until the index is whole, durable and swapped
in; how many homes it then holds.
"""

import json
import time
from pathlib import Path

import django


def main() -> None:
    """Build the index in the folder that the settings name."""
    django.setup()
    from consumers.runtime.declared import declared
    from consumers.runtime.rebuilding.progress import RebuildProgress
    from consumers.runtime.rebuilding.run import rebuild
    from consumers.runtime.settings import setting
    from consumers.search.index.state import load_state

    side = declared()
    with side.opened():
        begun = time.monotonic()
        rebuild(side, RebuildProgress())
        seconds = time.monotonic() - begun
    listings = load_state(Path(setting("SEARCH_INDEX_DIR"))).documents
    print(json.dumps({"seconds": seconds, "listings": listings}))


if __name__ == "__main__":
    main()
