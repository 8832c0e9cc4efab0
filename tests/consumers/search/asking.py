"""A process of its own that asks the search's pages: what harm does, it does to this one.

Enters: addresses, as JSON on the standard input; the index by the settings. Leaves: the statuses of
the answers and by how many megabytes the process's peak has risen, as JSON. More seconds of CPU
than ``MOST_CPU_S`` end it.
"""

import json
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

MOST_CPU_S = 60
_USUAL = ("/search?q=porch&view=map", "/api/v1/search?near=41.6,-83.5&sort=distance&price_min=5")


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    import django

    django.setup()
    addresses = json.load(sys.stdin)
    # Code and fields are loaded by whoever asks first.
    _statuses(_USUAL)
    # The peak is counted from here.
    Path("/proc/self/clear_refs").write_text("5")
    before = _peak_mb()
    told = {"statuses": _statuses(addresses), "risen_mb": _peak_mb() - before}
    # Behind what the log has to say.
    sys.stdout.write(f"\n{json.dumps(told)}\n")


def _statuses(addresses: Sequence[str]) -> list[int]:
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    return [client.get(address).status_code for address in addresses]


def _peak_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    (peak,) = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(peak) / 1024


if __name__ == "__main__":
    main()
