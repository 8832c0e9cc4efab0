"""Halts of a consumer in its own database: set by its loop, lifted by a person, kept for audit.

Enters: reasons. Leaves: one row for each halt, with who lifted it, when and why; the one that
nobody has lifted holds every process of the consumer.
"""

from django.utils import timezone

from consumers.runtime.errors import UnclearChoice
from consumers.runtime.models import Halt
from consumers.runtime.parking.decisions import Person
from consumers.runtime.stores.connection import asking

_LONGEST_REASON = 1000


class DatabaseHalts:
    """The halts of ``consumer``."""

    def __init__(self, consumer: str) -> None:
        self._consumer = consumer
        self._open = Halt.objects.filter(consumer=consumer, lifted_at=None)

    def standing(self) -> str:
        with asking(Halt):
            halt = self._open.first()
        return f"since {halt.at:%Y-%m-%d %H:%M:%S} UTC: {halt.reason}" if halt else ""

    def halt(self, reason: str) -> None:
        with asking(Halt):
            told = {"reason": reason[:_LONGEST_REASON]}
            Halt.objects.get_or_create(consumer=self._consumer, lifted_at=None, defaults=told)

    def lift(self, person: Person) -> str:
        """Let the consumer go on; say what held it. Raises ``UnclearChoice``."""
        told = self.standing()
        by = {"lifted_by": person.name, "lift_reason": person.reason}
        if not self._open.update(lifted_at=timezone.now(), **by):
            raise UnclearChoice(f"{self._consumer} is not halted")
        return told
