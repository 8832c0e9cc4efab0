"""Python environments of the peers, so that nothing of theirs is among our own packages.

Enters: a peer's name. Leaves: a Python that has what its lock says, kept beside the other fetched
things. A peer without a lock needs nothing that we have not.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from stack.layout import FETCHED

_LOCKS = Path(__file__).parent / "peers"
# Not inside: that folder is emptied when the Java artifacts change. Resolved: an environment's
# scripts keep the path that it was made by, and several working copies may share one.
_FOLDER = FETCHED.resolve().with_name(f"{FETCHED.name}-peers")


def python_of(peer: str) -> str:
    """Return the interpreter for ``peer``, its packages installed; raises ``OSError``."""
    lock = _LOCKS / f"{peer}.lock"
    if not lock.exists():
        return sys.executable
    folder = _FOLDER / peer
    python = folder / "bin" / "python"
    stamp = folder / "lock.sha256"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        print(f"installing {peer} and what it needs, apart from our own", file=sys.stderr)
        _run(sys.executable, "-m", "venv", str(folder))
        _run(str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(lock))
        # Last: an installation that was interrupted is made anew.
        stamp.write_text(wanted)
    return str(python)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{' '.join(command)}: {done.stderr[-1000:]}")
