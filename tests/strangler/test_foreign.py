"""A stranger's site passes its own tests behind the gateway as it does without."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stack.environment import ROOT
from strangler.envoy.gateway import free_address

from .envoy.wire import gateway

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]

SITE = "tests.strangler.foreign"


def outcomes(*words: str, **environment: str) -> dict[str, str]:
    """Run the site's own tests as its developers do, and return how each ended."""
    command = [sys.executable, "-m", "django", "test", f"{SITE}.suite", "--verbosity", "2", *words]
    done = subprocess.run(
        [*command, "--settings", f"{SITE}.settings"],
        cwd=ROOT, env=os.environ | environment,
        capture_output=True, text=True, check=False, timeout=80,
    )  # fmt: skip
    found = dict(re.findall(r"^test_\w+ \((\S+)\) \.\.\. (\w+)$", done.stderr, re.M))
    assert set(found.values()) == {"ok"}, done.stderr
    return found


def test_its_own_tests_pass_behind_the_gateway_as_they_do_without(tmp_path: Path) -> None:
    site = free_address()
    with gateway(tmp_path, site) as keeper:
        direct = outcomes()
        log = tmp_path / "envoy.log"
        assert "request_id" not in log.read_text()
        told = {"SITE_PORT": str(site.port), "DOOR_PORT": str(keeper.config.listen.port)}
        behind = outcomes("--testrunner", f"{SITE}.behind.Behind", **told)
    assert behind == direct
    # Each of them went through it.
    assert log.read_text().count("request_id") > 2 * len(behind)
