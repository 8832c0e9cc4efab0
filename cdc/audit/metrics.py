"""A verdict as figures for a collector that reads text files (the Prometheus text format)."""

import time
from pathlib import Path

from cdc.audit.verdict import Verdict
from cdc.exposition import replace


def write(path: Path, verdict: Verdict) -> None:
    """Replace the file at ``path`` in one step."""
    replace(path, exposition(verdict, time.time()))


def exposition(verdict: Verdict, now: float) -> str:
    """Write the figures; ``audit_proven`` is 1 when nothing is wrong and all could be told."""
    figures = {
        "audit.proven": int(verdict.exit_code == 0),
        "audit.lost": len(verdict.lost),
        "audit.doubled": len(verdict.doubled),
        "audit.out_of_order": len(verdict.disorder),
        "audit.could_not_tell": len(verdict.could_not_tell),
        "audit.unreadable_records": len(verdict.unreadable),
        "audit.repeated_deliveries": verdict.repetitions,
        "audit.events": verdict.events,
        "audit.rows": verdict.rows,
        "audit.lsn": verdict.lsn,
        "audit.at_seconds": int(now),
    }
    return "".join(f"{name.replace('.', '_')} {value}\n" for name, value in figures.items())
