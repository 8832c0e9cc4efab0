"""A running Envoy and Python name the same people: for every bucket, flag and percent."""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal
from functools import partial
from http.client import HTTPConnection
from typing import Any

import pytest

from strangler import flags, routes
from strangler.adapter import identity
from strangler.adapter.tokens import sign
from strangler.audience import audience, plain
from strangler.provider import Rule

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

# Another one each day; it is told with a failure.
SEED = time.strftime("%Y-%m-%d")
Case = tuple[str, Decimal]


def cases() -> list[Case]:
    """Return flags and percents: odd ones, and such as begin again at bucket 0."""
    chance = random.Random(SEED)
    odd = ["0", "0.01", "99.99", "100"]
    shares = [*odd, *(str(Decimal(chance.randrange(10_001)) / 100) for _ in range(36))]
    return [(f"flag-{chance.randrange(10**9)}", Decimal(share)) for share in shares]


CASES = cases()


def route(number: int, case: Case) -> dict[str, Any]:
    flag, percent = case
    return {
        **{"id": f"r{number}", "owner": "x", "note": "x", "service": "search", "flag": flag},
        **{"methods": ["GET"], "paths": [{"exact": f"/r{number}"}]},
        "start": {"stage": "canary", "percent": plain(percent)},
    }


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory, make_site: Callable[..., Any]) -> Iterator[Any]:
    declared = routes.parse({"route": [route(n, case) for n, case in enumerate(CASES)]})
    site = make_site(tmp_path_factory.mktemp("buckets"), declared)
    yield site
    site.close()


def answered_by_service(site: Any, path: str, buckets: Iterable[int]) -> set[int]:
    """Return the buckets whose bearers Envoy sends to the service."""
    found = set()
    with closing(HTTPConnection(str(site.listen), timeout=30)) as connection:
        for bucket in buckets:
            claims = {"sub": f"v:{bucket}", "bucket": bucket, "groups": ",", "staff": False}
            token = sign(claims, site.key, now=int(time.time()), lifetime=3600)
            # A machine that is busy may let the service be silent for too long, once.
            for _ in range(3):
                connection.request("GET", path, headers={"Cookie": f"{identity.COOKIE}={token}"})
                if connection.getresponse().read() == b"search":
                    found.add(bucket)
                    break
    return found


def of_python(case: Case) -> set[int]:
    flag, percent = case
    rule = Rule.of(flag, audience(percent))
    return {bucket for bucket in range(flags.BUCKETS) if rule.reason(None, {"bucket": bucket})}


def test_they_agree_where_each_share_begins_and_ends(doors: Any) -> None:
    for number, case in enumerate(CASES):
        ends = {end for pair in flags.ranges(*case) for end in pair}
        edges = {(end + step) % flags.BUCKETS for end in ends | {0} for step in (-1, 0, 1)}
        asked = answered_by_service(doors, f"/r{number}", sorted(edges))
        assert asked == edges & of_python(case), (SEED, case)


def test_they_agree_on_every_single_bucket(doors: Any) -> None:
    number = next(n for n, case in enumerate(CASES) if len(flags.ranges(*case)) == 2)
    asks = partial(answered_by_service, doors, f"/r{number}")
    parts = [range(start, flags.BUCKETS, 8) for start in range(8)]
    with ThreadPoolExecutor(8) as pool:
        asked = set().union(*pool.map(asks, parts))
    assert asked == of_python(CASES[number]), (SEED, CASES[number])
