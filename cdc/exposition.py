"""Figures for a collector that reads text files (the Prometheus text format).

Enters: lines of figures. Leaves: a file that is whole at every moment.
"""

import os
from pathlib import Path


def replace(path: Path, text: str) -> None:
    """Replace the file at ``path`` in one step."""
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(text)
    os.replace(draft, path)
