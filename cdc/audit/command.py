"""`manage.py cdc audit`: the auditor's words on the command line.

Enters: options and settings. Leaves: verdicts on standard output and the exit code of the
last: 0 nothing is wrong, 1 these keys are, 2 could not tell, and why.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import OperationalError, connection

from cdc import position
from cdc.audit import metrics
from cdc.audit.auditor import Auditor
from cdc.audit.consumers import AuditedConsumer
from cdc.audit.errors import AuditError, NothingToTell
from cdc.audit.ledger import Ledger
from cdc.audit.records import event_notes, row_notes
from cdc.audit.repair import repair
from cdc.audit.topics import ReadNotes, TopicReader
from cdc.audit.verdict import Verdict
from cdc.contracts.schemas import all_schemas
from cdc.contracts.tables import CAPTURED

Say = Callable[[str], Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the audit's options."""
    parser.add_argument("--json", action="store_true", help="print one JSON object an audit")
    parser.add_argument("--repair", action="store_true", help="re-emit what is lost, audit again")
    parser.add_argument("--upto", type=position.read, default=0, help="a position to be reached")
    parser.add_argument("--wait", type=float, default=60, help="seconds for what is on its way")
    parser.add_argument("--every", type=float, default=0, help="audit again after so many seconds")
    parser.add_argument("--metrics-file", type=Path, help="write figures of each audit there")


def run(options: dict[str, Any], say: Say) -> None:
    """Audit once, or for ever with ``--every``; raises ``CommandError`` with the exit code."""
    line = _Line(options["wait"])
    while True:
        verdict = _audit(line, options, say)
        if not options["every"]:
            break
        time.sleep(options["every"])
    if verdict.exit_code == 1:
        raise CommandError("What was committed did not arrive as it should.", returncode=1)
    if verdict.exit_code == 2:
        raise CommandError(f"Could not tell: {verdict.could_not_tell[0]}.", returncode=2)


def mend(wait_s: float, say: Say) -> None:
    """Audit once and re-emit what is lost; raises ``CommandError`` unless all is there then."""
    once = {"json": False, "repair": True, "upto": 0, "every": 0, "metrics_file": None}
    run(once | {"wait": wait_s}, say)


class _Line:
    """What an audit needs, made once, so that later audits only read what is new."""

    def __init__(self, wait_s: float) -> None:
        kept = [each for each in all_schemas().values() if not each.is_loose]
        topics: dict[str, ReadNotes] = {each.topic: event_notes for each in kept}
        topics |= {table.topic: row_notes for table in CAPTURED}
        pairs = (each.partition("=") for each in settings.AUDIT_CONSUMERS)
        self.ledger = Ledger()
        reader = TopicReader(settings.KAFKA_BOOTSTRAP, topics, self.ledger)
        consumers = [AuditedConsumer(name, address) for name, _, address in pairs]
        self.auditor = Auditor(
            connection,
            reader,
            self.ledger,
            consumers,
            has_outbox=settings.OUTBOX_TRANSPORT != "message",
            wait_s=wait_s,
        )


def _audit(line: _Line, options: dict[str, Any], say: Say) -> Verdict:
    try:
        verdict = line.auditor.audit(options["upto"])
        if options["repair"] and verdict.findings:
            _tell(verdict, options, say)
            done = repair(verdict, line.ledger, settings.KAFKA_BOOTSTRAP)
            if not options["json"]:
                say(f"re-emitted: {done}")
            verdict = line.auditor.audit(options["upto"])
    except (AuditError, OperationalError) as error:
        verdict = _untold(error)
    _tell(verdict, options, say)
    if options["metrics_file"]:
        metrics.write(options["metrics_file"], verdict)
    return verdict


def _untold(error: Exception) -> Verdict:
    if isinstance(error, OperationalError):
        # A connection that broke is not used again; the next audit opens its own.
        connection.close()
        error = NothingToTell(f"the database does not answer: {str(error).splitlines()[0]}")
    return Verdict(0, could_not_tell=[str(error)])


def _tell(verdict: Verdict, options: dict[str, Any], say: Say) -> None:
    say(json.dumps(verdict.as_json()) if options["json"] else str(verdict))
