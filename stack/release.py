"""Which release of our code runs, as dead letters tell it: the version, and the commit if known."""

import os
import subprocess

from stack.environment import ROOT
from stack.versions import BANYAN


def release() -> str:
    """Return what `RELEASE` says, else the version with the commit behind it."""
    return os.environ.get("RELEASE") or "+".join(filter(None, (BANYAN, _commit())))


def _commit() -> str:
    """Return the commit that is checked out; "" where there is no repository, or no git."""
    words = ("git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude=*")
    try:
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
