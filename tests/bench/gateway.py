"""The gateway beside a bare Envoy and nginx: the same origin, the same load, in turns.

Enters: nothing; no stack is needed. Leaves: answers a second and processor's time of each, for
pages as heavy as the product's and for one lighter than any; what the gateway adds to one request,
how soon a flag and a kill switch are felt, and what restarts cost.
"""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strangler.envoy.gateway import free_address
from tests.bench.gateways import changes
from tests.bench.gateways.contenders import Contender, Gateway, bare_envoy, requests
from tests.bench.gateways.pages import PAGES
from tests.bench.gateways.running import Origin, load, nginx, origin
from tests.running_stack import Stack

_CONNECTIONS = 32
_MOVES = 40
_NAMES = ("bare", "plain", "canary", "nginx")
# The lighter of the two pages that are asked for most: the main figures are of this one.
_MAIN = "home"

Run = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """Everybody who is measured, and the origins behind them."""

    contenders: dict[str, Contender]
    gateway: Gateway
    monoliths: list[Origin]
    service: Origin
    # Requests by the page that is asked for: of everybody's path, and of the canary's.
    pages: dict[str, Path]
    moved: dict[str, Path]


def measure(stack: Stack, repeats: int, seconds: float) -> dict[str, Any]:
    """Return the figures; rates and times are medians of the repeats. No stack is asked."""
    with _field() as field:
        runs: dict[str, dict[str, list[Run]]] = {
            page: {name: [] for name in _NAMES} for page in PAGES
        }
        alone: dict[str, list[Run]] = {"direct": [], "bare": [], "plain": []}
        # They take turns, so that a slow minute of the machine touches them all.
        for _ in range(repeats):
            for page, contenders in runs.items():
                for name, found in contenders.items():
                    found.append(_loaded(field, name, page, seconds))
            for name, found in alone.items():
                found.append(_asked_alone(field, name, seconds / 2))
        live = changes.flag_live_ms(field.gateway, _MOVES)
        kill = changes.kill_ms(field.gateway, _MOVES)
        fallback = changes.fallback_ms(field.gateway, field.service)
        restarts = changes.failed_during_restarts(
            field.gateway, field.moved[_MAIN], field.monoliths, field.service
        )
    pages = {page: _told(page, found) for page, found in runs.items()}
    main = pages[_MAIN]
    return {
        "gateway_rps": main["rps"]["plain"],
        "canary_rps": main["rps"]["canary"],
        "bare_envoy_rps": main["rps"]["bare"],
        "nginx_rps": main["rps"]["nginx"],
        **{name: main[name] for name in ("ratio", "ratio_canary", "cpu_us", "ratio_cpu")},
        "pages": pages,
        "added_ms": {
            rank: round(_median(alone["plain"], rank) - _median(alone["direct"], rank), 3)
            for rank in ("p50", "p99")
        },
        "added_by_bare_ms": {
            rank: round(_median(alone["bare"], rank) - _median(alone["direct"], rank), 3)
            for rank in ("p50", "p99")
        },
        "flag_live_ms": {rank: live[rank] for rank in ("p50", "p99")},
        "kill_ms": {rank: kill[rank] for rank in ("p50", "p99")},
        "fallback_ms": fallback,
        "failed_during_restarts": restarts["failed"],
        "restarts": {name: restarts[name] for name in ("answers", "failures", "by", "p99")},
        "failed_under_load": sum(
            run["failed"] for found in runs.values() for some in found.values() for run in some
        ),
    }


def _told(page: str, runs: dict[str, list[Run]]) -> Run:
    rps, cpu, busy = (
        {name: _median(found, figure) for name, found in runs.items()}
        for figure in ("rps", "cpu_us", "busy")
    )
    return {
        "bytes": PAGES[page],
        "rps": {name: round(rate) for name, rate in rps.items()},
        "ratio": round(rps["plain"] / rps["bare"], 3),
        "ratio_canary": round(rps["canary"] / rps["bare"], 3),
        "cpu_us": {name: round(used, 1) for name, used in cpu.items()},
        # Where others share the cores, the processor's time tells more than the rate.
        "ratio_cpu": {name: round(cpu["bare"] / cpu[name], 3) for name in ("plain", "canary")},
        # Of one core: whoever is below 0.9 waited for the load or its origin, and a rate tells
        # nothing.
        "busy": {name: round(share, 2) for name, share in busy.items()},
    }


@contextmanager
def _field() -> Iterator[Field]:
    first, second, third = free_address(), free_address(), free_address()
    with (
        tempfile.TemporaryDirectory(prefix="banyan-bench-") as text,
        origin(first, "monolith") as monolith,
        origin(second, "monolith") as another,
        origin(third, "search") as service,
        bare_envoy(Path(text), (first, second)) as bare,
        nginx(listen := free_address(), (first, second), Path(text) / "nginx") as worker,
    ):
        folder = Path(text)
        gateway = Gateway(folder, {"monolith": (first, second), "search": (third,)})
        with gateway.running() as ours:
            contenders = {
                "bare": bare,
                "plain": ours,
                "canary": ours,
                "nginx": Contender(listen, worker),
                "direct": Contender(first, monolith.process.pid),
            }
            asked = (
                {page: requests(folder, path, size, gateway.key) for page, size in PAGES.items()}
                for path in ("/", "/search")
            )
            yield Field(contenders, gateway, [monolith, another], service, *asked)


def _loaded(field: Field, name: str, page: str, seconds: float) -> Run:
    contender = field.contenders[name]
    if name == "canary":
        field.gateway.move("canary", 50)
    asked = (field.moved if name == "canary" else field.pages)[page]
    # Once around, so that connections stand and what is verified once is known.
    load(contender.address, asked, _CONNECTIONS, 1)
    before = contender.cpu_seconds()
    told = load(contender.address, asked, _CONNECTIONS, seconds)
    used = contender.cpu_seconds() - before
    return {
        "rps": told["answers"] / told["seconds"],
        "cpu_us": used / told["answers"] * 1e6,
        "busy": used / told["seconds"],
        "failed": told["failed"],
    }


def _asked_alone(field: Field, name: str, seconds: float) -> Run:
    return load(field.contenders[name].address, field.pages[_MAIN], 1, seconds)


def _median(runs: list[Run], figure: str) -> float:
    return float(statistics.median(run[figure] for run in runs))


def table(outcome: dict[str, Any]) -> str:
    """Return the figures for a person."""
    lines = [f"{'':8} {'page':>8} {'bytes':>6} {'answers/s':>9} {'CPU us':>7} {'busy':>5}"]
    lines += [
        f"{name:8} {page:>8} {told['bytes']:6,} {told['rps'][name]:9,}"
        f" {told['cpu_us'][name]:7} {told['busy'][name]:5}"
        for page, told in outcome["pages"].items()
        for name in _NAMES
    ]
    lines += [
        f"of a bare Envoy's rate, {page}: {told['ratio']:.0%},"
        f" in a canary {told['ratio_canary']:.0%};"
        f" by CPU {told['ratio_cpu']['plain']:.0%}, {told['ratio_cpu']['canary']:.0%}"
        for page, told in outcome["pages"].items()
    ]
    added, bare = outcome["added_ms"], outcome["added_by_bare_ms"]
    live, kill = outcome["flag_live_ms"], outcome["kill_ms"]
    return "\n".join(
        [
            *lines,
            f"added to one request: p50 {added['p50']} ms, p99 {added['p99']} ms"
            f" (a bare Envoy: {bare['p50']}, {bare['p99']})",
            f"a flag is felt after p50 {live['p50']} ms, p99 {live['p99']} ms",
            f"a kill switch's file, the control plane away: p50 {kill['p50']} ms,"
            f" p99 {kill['p99']} ms",
            f"slowest answer after the service was killed: {outcome['fallback_ms']} ms",
            "failed while gateway, service and sites were restarted:"
            f" {outcome['failed_during_restarts']} of {outcome['restarts']['answers']:,}",
        ]
    )
