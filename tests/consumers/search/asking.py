"""A process of its own that asks the search's pages: what harm does, it does to this one.

Enters: addresses, as JSON on the standard input; the index by the settings. Leaves: the statuses of
the answers and by how many megabytes the process's peak has risen, as JSON. A single question that
takes more of the processor than ``MOST_CPU_S`` ends it, whoever works at it; the last address on
the standard error is that one. A server that keeps the index is waited for as long as pages do.
"""

import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

# Far above what any of them takes on a busy machine, and below what a person waits for.
MOST_CPU_S = 1.0
_SHOWN = 300
_USUAL = ("/search?q=porch&view=map", "/api/v1/search?near=41.6,-83.5&sort=distance&price_min=5")


def main() -> None:
    import django

    django.setup()
    addresses = json.load(sys.stdin)
    # Code and fields are loaded by whoever asks first.
    _statuses(_USUAL)
    # The peak is counted from here.
    Path("/proc/self/clear_refs").write_text("5")
    before = _peak_mb()
    told = {"statuses": _statuses(addresses, MOST_CPU_S), "risen_mb": _peak_mb() - before}
    # Behind what the log has to say.
    sys.stdout.write(f"\n{json.dumps(told)}\n")


def _statuses(addresses: Sequence[str], most_cpu_s: float = 0.0) -> list[int]:
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})

    def status(address: str) -> int:
        sys.stderr.write(f"{address[:_SHOWN]}\n")
        # The system ends the process when this runs out, in the midst of the engine, too.
        signal.setitimer(signal.ITIMER_PROF, most_cpu_s)
        return client.get(address).status_code

    return [status(address) for address in addresses]


def _peak_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    (peak,) = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(peak) / 1024


if __name__ == "__main__":
    main()
