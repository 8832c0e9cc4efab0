"""The addresses and secrets of the running stack, kept in one file beside its data.

`make up` writes them when it has chosen its ports; `manage.py` reads them, so that
every command and every process of the stack is configured by the same names.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def home() -> Path:
    """Return the folder that holds everything a run leaves behind (`BANYAN_HOME`, else `var`)."""
    return Path(os.environ.get("BANYAN_HOME", ROOT / "var")).resolve()


def path() -> Path:
    """Return the file that `write` and `load` share."""
    return home() / "stack.env"


def absence() -> str:
    """Say that nothing runs here, and what to do about it."""
    return (
        f"No stack runs in {home()}: start it with `make up`, or name the folder of another,"
        " as BANYAN_HOME=DIR."
    )


def advice() -> str:
    """Say where the settings of a running stack were looked for; empty when they were there."""
    return "" if path().exists() else f"\n{absence()}"


def write(values: dict[str, str]) -> None:
    """Replace the file in one step, readable by its owner only: it holds passwords."""
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text("".join(f"{name}={value}\n" for name, value in sorted(values.items())))
    draft.replace(target)


def read() -> dict[str, str]:
    """Return the file's values; empty when there is no file yet."""
    if not path().exists():
        return {}
    pairs = (line.partition("=") for line in path().read_text().splitlines())
    return {name: value for name, _, value in pairs}


def load() -> None:
    """Put the file's values into the environment; what is already set there wins."""
    for name, value in read().items():
        os.environ.setdefault(name, value)
