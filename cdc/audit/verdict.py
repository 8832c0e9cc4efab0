"""The outcome of an audit, in words for a person and in JSON for a program."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cdc.audit.comparison import Difference
from cdc.audit.notes import Disorder, Unreadable
from cdc.position import written

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference that no waiting explains; ``place`` is the topic or consumer it is in."""

    place: str
    topic: str
    difference: Difference

    def __str__(self) -> str:
        return f"{self.place} {self.difference}"


@dataclass(slots=True)
class Verdict:
    """What is known about everything that was committed up to ``lsn``."""

    lsn: int
    findings: list[Finding] = field(default_factory=list)
    disorder: list[Disorder] = field(default_factory=list)
    could_not_tell: list[str] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    events: int = 0
    rows: int = 0
    # Deliveries of an event beyond its first: legal, and no effect of it may double.
    repetitions: int = 0

    @property
    def lost(self) -> list[Finding]:
        """Return what was committed and is not where it belongs."""
        return [each for each in self.findings if not each.difference.is_doubled]

    @property
    def doubled(self) -> list[Finding]:
        """Return the keys whose effect is there more than once."""
        return [each for each in self.findings if each.difference.is_doubled]

    @property
    def exit_code(self) -> int:
        """Return 0 for proven, 1 for keys that are wrong, 2 for not known."""
        if self.findings or self.disorder:
            return 1
        return 2 if self.could_not_tell else 0

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield (
            f"{len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.disorder)} out of "
            f"order up to LSN {written(self.lsn)}: {self.events} events, {self.rows} rows"
        )
        if self.repetitions:
            yield f"delivered again, as Debezium may: {self.repetitions} events"
        for title, every in (
            ("lost", self.lost),
            ("doubled", self.doubled),
            ("out of order", self.disorder),
            ("unreadable", self.unreadable),
            ("could not tell", self.could_not_tell),
        ):
            yield from (f"{title}: {each}" for each in every[:_SHOWN])
            if len(every) > _SHOWN:
                yield f"{title}: and {len(every) - _SHOWN} more"

    def as_json(self) -> dict[str, Any]:
        """Return everything, with every key."""
        return {
            "lsn": written(self.lsn),
            "exit_code": self.exit_code,
            "lost": [_as_json(each) for each in self.lost],
            "doubled": [_as_json(each) for each in self.doubled],
            "out_of_order": [each._asdict() for each in self.disorder],
            "unreadable": [each._asdict() for each in self.unreadable],
            "could_not_tell": self.could_not_tell,
            "events": self.events,
            "rows": self.rows,
            "repetitions": self.repetitions,
        }


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "place": finding.place,
        "topic": finding.topic,
        "key": finding.difference.key,
        "committed": finding.difference.wanted,
        "held": finding.difference.seen,
        "times": finding.difference.times,
    }
