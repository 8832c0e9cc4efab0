"""`manage.py cdc lint`, and the same words when `migrate` begins.

Enters: the migrations that have not run. Leaves: findings on standard output, and an error
when one of them would break a reader; `migrate` itself is warned and not stopped.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError
from django.db import connection, connections

from cdc.lint.migrations import Plan, lint, unapplied


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    """Tell all findings; raises ``CommandError`` when one is breaking."""
    findings = lint(connection, unapplied(connection))
    breaking = sum(finding.is_breaking for finding in findings)
    if options["json"]:
        told = [asdict(finding) for finding in findings]
        say(json.dumps({"findings": told, "breaking": breaking}))
    else:
        for finding in findings:
            say(str(finding))
    if breaking:
        raise CommandError(f"{breaking} changes would break what reads the captured tables.")
    if not options["json"]:
        say("No migration that waits would break what reads the captured tables.")


def warn(*, using: str, plan: Plan, verbosity: int = 1, **_: Any) -> None:
    """Tell of breaking changes before `migrate` makes them; a receiver of `pre_migrate`."""
    if verbosity:
        for finding in lint(connections[using], plan):
            if finding.is_breaking:
                sys.stderr.write(f"{finding}\n")
