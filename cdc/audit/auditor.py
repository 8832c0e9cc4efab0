"""The audit itself: look once at everything, then again at what differs until it is certain.

Enters: the database, the ledger of Kafka, the consumers. Leaves: a verdict. The first look
waits for nothing, as most of the time all is there already. What differs is a suspect, and
is judged by a look that began when the slots had confirmed, and the consumer applied,
everything up to a position behind the first look.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice

from django.db.backends.base.base import BaseDatabaseWrapper

from cdc import position
from cdc.audit.committed import CommittedEvents, CommittedRows
from cdc.audit.comparison import Difference, Side, differences, differing, remaining
from cdc.audit.consumers import AppliedRows, AuditedConsumer
from cdc.audit.errors import NothingToTell
from cdc.audit.ledger import Ledger
from cdc.audit.seen import SeenEvents, SeenRows
from cdc.audit.topics import TopicReader
from cdc.audit.verdict import Finding, Verdict
from cdc.connect.connectors import OUTBOX_PUBLICATION, TABLES_PUBLICATION
from cdc.contracts.tables import CAPTURED
from cdc.contracts.topics import TOPICS
from cdc.outbox.models import Reemission

_SLOTS = (OUTBOX_PUBLICATION, TABLES_PUBLICATION)
# So many suspects of one place are enough to know that something is badly wrong.
_SUSPECTS = 10_000
_PAUSE_S = 0.3


@dataclass
class _Pair:
    """A side as committed beside one that should hold the same."""

    place: str
    topic: str
    wanted: Side
    seen: Side
    applied: AppliedRows | None = None
    suspects: list[Difference] = field(default_factory=list)

    @property
    def extras(self) -> bool:
        # Old days of the outbox are dropped, so an event without its row says nothing.
        return not isinstance(self.wanted, CommittedEvents)

    def look(self) -> None:
        """Compare everything; keep the suspects."""
        self.suspects = list(islice(self._differences(), _SUSPECTS))

    def _differences(self) -> Iterator[Difference]:
        wanted, seen = self.wanted.sums(), self.seen.sums()
        for number in differing(wanted, seen, extras=self.extras):
            pairs = self.wanted.open(number), self.seen.open(number)
            yield from differences(number, *pairs, extras=self.extras)

    def look_again(self) -> None:
        """Keep the suspects that are not explained by what came or went since."""
        left: list[Difference] = []
        for number, known in groupby(self.suspects, key=lambda each: each.range):
            seen = list(self.seen.open(number))
            left += remaining(known, seen, self.wanted.open(number))
        self.suspects = left


class Auditor:
    """Audits one line; its ledger grows from audit to audit, so later ones read little."""

    def __init__(
        self,
        connection: BaseDatabaseWrapper,
        reader: TopicReader,
        ledger: Ledger,
        consumers: list[AuditedConsumer],
        *,
        has_outbox: bool,
        wait_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._reader = reader
        self._ledger = ledger
        self._consumers = consumers
        self._has_outbox = has_outbox
        self._wait_s = wait_s
        self._clock = clock

    def audit(self, upto: int = 0) -> Verdict:
        """Return the verdict about all that is committed now; ``upto`` must be reached by it.

        Blocks for ``wait_s`` at most beyond reading. Raises ``NothingToTell``.
        """
        verdict = Verdict(position.current(self._connection))
        if verdict.lsn < upto:
            raise NothingToTell(f"the log is at {position.written(verdict.lsn)} only")
        pairs = [*self._topic_pairs(), *self._consumer_pairs(verdict)]
        if not self._has_outbox:
            verdict.could_not_tell.append("events leave without a table to compare them with")
        self._reader.read_on()
        for pair in pairs:
            if untold := _try(pair.look) or _cut(pair):
                verdict.could_not_tell.append(untold)
        self._judge([pair for pair in pairs if pair.suspects], verdict)
        self._count(verdict)
        return verdict

    def _topic_pairs(self) -> Iterator[_Pair]:
        wanted = CommittedEvents(self._connection, _kept_since())
        yield _Pair("event", "", wanted, SeenEvents(self._ledger))
        for table in CAPTURED:
            rows = CommittedRows(self._connection, table)
            yield _Pair(table.topic, table.topic, rows, SeenRows(self._ledger, table.topic))

    def _consumer_pairs(self, verdict: Verdict) -> Iterator[_Pair]:
        for consumer in self._consumers:
            try:
                told = consumer.topics()
            except NothingToTell as error:
                verdict.could_not_tell.append(str(error))
                continue
            for table in CAPTURED:
                if table.topic in told:
                    rows = CommittedRows(self._connection, table)
                    applied = AppliedRows(consumer, table.topic)
                    yield _Pair(consumer.name, table.topic, rows, applied, applied)

    def _judge(self, pairs: list[_Pair], verdict: Verdict) -> None:
        """Look again at each pair's suspects until the look is certain, or time is over."""
        horizon = position.current(self._connection)
        deadline = self._clock() + self._wait_s
        ends: dict[tuple[str, int], int] = {}
        while pairs:
            late = position.slots_before(self._connection, horizon, _SLOTS)
            self._reader.read_on()
            if not late and not ends:
                ends = self._ledger.next_offsets()
            reasons = [(pair, self._reason_after_look(pair, late, ends)) for pair in pairs]
            for pair, reason in reasons:
                if not reason:
                    found = (Finding(pair.place, pair.topic, each) for each in pair.suspects)
                    verdict.findings += found
            open_ = [(pair, reason) for pair, reason in reasons if pair.suspects and reason]
            if self._clock() > deadline:
                verdict.could_not_tell += [_unsure(pair, reason) for pair, reason in open_]
                return
            pairs = [pair for pair, _ in open_]
            if pairs:
                time.sleep(_PAUSE_S)

    def _reason_after_look(
        self, pair: _Pair, late: list[str], ends: dict[tuple[str, int], int]
    ) -> str:
        """Look at ``pair`` again; say why that was not certain, or "" when it was."""
        try:
            # Asked first: only a look that begins afterwards has seen everything.
            reason = ", ".join(late) or self._behind(pair, ends)
            pair.look_again()
        except NothingToTell as error:
            return str(error)
        return reason

    def _behind(self, pair: _Pair, ends: dict[tuple[str, int], int]) -> str:
        if pair.applied is None:
            return ""
        own = {number: end for (topic, number), end in ends.items() if topic == pair.topic}
        behind = pair.applied.missing(own)
        return f"{behind} records are not applied yet" if behind else ""

    def _count(self, verdict: Verdict) -> None:
        verdict.events = self._ledger.events()
        verdict.rows = self._ledger.rows()
        verdict.repetitions = self._ledger.repetitions()
        verdict.unreadable = self._ledger.unreadable()
        broken = self._ledger.disorder()
        if broken:
            # What was re-emitted comes late by intent, and is known to.
            known = {str(each) for each in Reemission.objects.values_list("event_id", flat=True)}
            verdict.disorder = [each for each in broken if each.id not in known]


def _kept_since() -> datetime:
    """Return since when Kafka keeps every event; retention goes by whole segments, later."""
    kept_ms = min(topic.retention_ms for topic in TOPICS if topic.name.endswith(".events"))
    return datetime.now(UTC) - timedelta(milliseconds=kept_ms)


def _try(look: Callable[[], None]) -> str:
    try:
        look()
    except NothingToTell as error:
        return str(error)
    return ""


def _cut(pair: _Pair) -> str:
    if len(pair.suspects) < _SUSPECTS:
        return ""
    return f"{pair.place}: {_SUSPECTS} keys and more differ; these were looked at, audit again"


def _unsure(pair: _Pair, reason: str) -> str:
    return f"{pair.place}: {len(pair.suspects)} keys differ ({pair.suspects[0]}), but {reason}"
