"""How every process of the stack is, for people and for programs.

Enters: supervisord's list and a probe each. Leaves: one row a service; `ready` is true when
all of them serve.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil

from stack.layout import Layout
from stack.ports import Ports
from stack.readiness import is_ready
from stack.services import Service, services
from stack.supervisor import Process, Supervisor

Status = dict[str, Any]


def status(ports: Ports, layout: Layout) -> Status:
    """Return {"ready": bool, "services": {name: {state, pid, port, rss_mb, ready_s}}}."""
    every = services(ports, layout)
    supervisor = Supervisor(ports, layout)
    processes = supervisor.processes() if supervisor.is_up() else {}
    ready_s = _ready_s(layout)
    with ThreadPoolExecutor(len(every)) as pool:
        rows = pool.map(lambda each: _row(each, processes.get(each.name)), every.values())
        described = {
            name: row | {"ready_s": ready_s.get(name)}
            for name, row in zip(every, rows, strict=True)
        }
    is_all_ready = all(row["state"] == "ready" for row in described.values())
    return {"ready": is_all_ready, "services": described}


def _row(service: Service, process: Process | None) -> Status:
    pid = process.pid if process else 0
    return {
        "state": _state(service, process),
        "pid": pid or None,
        "port": service.port or None,
        "rss_mb": _rss_mb(pid) if pid else None,
    }


def _state(service: Service, process: Process | None) -> str:
    if process is None:
        return "stopped"
    if process.state != "running":
        return process.state
    return "ready" if is_ready(service.probe) else "not answering"


def _rss_mb(pid: int) -> float | None:
    try:
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
        # PostgreSQL's processes share most of their memory; counting it once is fairer.
        return round(sum(_private(process) for process in family) / 1024**2, 1)
    except psutil.Error:
        return None


def _private(process: psutil.Process) -> int:
    memory = process.memory_info()
    return int(memory.rss - memory.shared)


def _ready_s(layout: Layout) -> dict[str, float]:
    path = layout.home / "ready.json"
    known: dict[str, float] = json.loads(path.read_text()) if path.exists() else {}
    return known
