"""`python -m tests.bench.flags`: what asking a flag costs, in this process and without a stack.

Enters: nothing. Leaves: one JSON object: microseconds an evaluation, by the provider alone, and
through an OpenFeature client, which adds its hooks and events.
"""

import json
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from openfeature import api
from openfeature.evaluation_context import EvaluationContext, EvaluationContextAttribute

from strangler import flags
from strangler.audience import audience
from strangler.declared import Flag
from strangler.provider import FileProvider
from strangler.publication import published
from strangler.snapshot import Snapshot

Attributes = dict[str, EvaluationContextAttribute]

_ROUNDS, _DOMAIN, _FLAG = 7, "bench", "flag-7"


def measure() -> dict[str, float]:
    """Return the best of some rounds: the rest is what else the machine did."""
    whom = audience(
        25, ["pilot", "agents"], staff=True, users=[number * 7919 for number in range(500)]
    )
    declared = [Flag(f"flag-{number}", "bench", "bench", whom) for number in range(100)]
    people = [_person(number) for number in range(1_000)]
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as folder:
        file = Path(folder) / "flags.json"
        file.write_text(published(declared, [], Snapshot()))
        provider = FileProvider(file)
        api.set_provider(provider, _DOMAIN)
        client = api.get_client(_DOMAIN)
        return {
            "provider_us": _best(partial(provider.resolve_boolean_details, _FLAG, False), people),
            "client_us": _best(partial(client.get_boolean_value, _FLAG, False), people),
        }


def _person(number: int) -> EvaluationContext:
    subject = f"u:{number}"
    bucket = flags.bucket(subject)
    told: Attributes = {"bucket": bucket, "staff": False, "groups": ["sellers"]}
    return EvaluationContext(subject, told)


def _best(ask: Callable[[EvaluationContext], object], people: list[EvaluationContext]) -> float:
    times = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        for who in people:
            ask(who)
        times.append(time.perf_counter() - began)
    return round(min(times) / len(people) * 1e6, 2)


if __name__ == "__main__":
    print(json.dumps(measure()))
