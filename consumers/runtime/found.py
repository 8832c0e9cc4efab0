"""The consumers that there are: every folder here with handlers is one, by its name.

Enters: nothing. Leaves: names, for `manage.py` and for tests that hold for all of them. Nothing is
imported by looking.
"""

from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]


def consumer_names() -> tuple[str, ...]:
    """Give the names, sorted."""
    return tuple(sorted(path.parent.name for path in _ROOT.glob("*/handlers.py")))


def settings_of(name: str) -> str:
    """Name the settings of a consumer."""
    return f"consumers.{name}.settings"
