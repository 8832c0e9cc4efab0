"""An OpenFeature provider that goes by the agent's file, in this process, in microseconds.

On the line: the agent writes ``flags.json`` -> code asks an OpenFeature client -> this
answers by the very rule that the gateway goes by. A file that is away or spoilt changes
nothing: the last good one holds. Needs OpenFeature and the bucket rule, and no Django.

    api.set_provider(FileProvider("/var/lib/banyan/envoy/flags.json"))
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any, NoReturn

from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import FlagNotFoundError, TypeMismatchError
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType, Reason
from openfeature.provider import AbstractProvider, Metadata

from strangler import flags
from strangler.audience import Audience, audiences
from strangler.last_good import LastGood

# A change is noticed at the first question after this time; a look costs one `stat`.
LOOK_EVERY = 0.25
_ALWAYS = (float("-inf"), float("inf"))
# All that is ever answered, made once: nothing of it depends on who asks.
_ANSWERS: dict[Reason | None, FlagResolutionDetails[bool]] = {
    None: FlagResolutionDetails(value=False, reason=Reason.DEFAULT, variant="off"),
    **{
        why: FlagResolutionDetails(value=True, reason=why, variant="on")
        for why in (Reason.SPLIT, Reason.TARGETING_MATCH)
    },
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One flag, made ready for being asked."""

    offset: int
    share: int
    groups: frozenset[str]
    subjects: frozenset[str]
    staff: bool
    since: float
    until: float
    is_timed: bool

    @classmethod
    def of(cls, flag: str, audience: Audience) -> "Rule":
        """Return the rule of a flag's audience."""
        return cls(
            flags.offset(flag),
            flags.share(audience.percent),
            frozenset(audience.groups),
            frozenset(audience.subjects),
            audience.staff,
            _seconds(audience.since, _ALWAYS[0]),
            _seconds(audience.until, _ALWAYS[1]),
            bool(audience.since or audience.until),
        )

    def reason(self, subject: str | None, told: Mapping[str, Any]) -> Reason | None:
        """Return why the flag is on for whoever asks at its time, ``None`` if it is off.

        Whoever is not known by a bucket or a subject is in no share but the whole.
        """
        if self.share == flags.BUCKETS:
            return Reason.SPLIT
        bucket = told.get("bucket")
        if bucket is None and subject:
            bucket = flags.bucket(subject)
        if bucket is not None and (bucket - self.offset) % flags.BUCKETS < self.share:
            return Reason.SPLIT
        if (
            subject in self.subjects
            or (self.staff and told.get("staff"))
            or (self.groups and not self.groups.isdisjoint(told.get("groups", ())))
        ):
            return Reason.TARGETING_MATCH
        return None


def rules(text: str) -> dict[str, Rule]:
    """Return the rules of a published file; raises ``ValueError`` for any other text."""
    return {name: Rule.of(name, audience) for name, audience in audiences(text).items()}


class FileProvider(AbstractProvider):
    """Answers boolean flags; context: the subject as targeting key, ``groups``, ``staff``."""

    def __init__(
        self,
        file: str | PathLike[str],
        monotonic: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self._published: LastGood[dict[str, Rule]] = LastGood(file, rules, {})
        self._monotonic = monotonic
        self._clock = clock
        self._look_again = float("-inf")

    @property
    def file(self) -> Path:
        """Return the file that it goes by."""
        return self._published.file

    def get_metadata(self) -> Metadata:
        return Metadata("strangler")

    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: bool,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        """Say whether the flag is on; raises ``FlagNotFoundError``, which means the default."""
        if self._monotonic() >= self._look_again:
            self._look()
        rule = self._published.value.get(flag_key)
        if rule is None:
            raise FlagNotFoundError(f"{flag_key} is not published in {self.file}")
        subject = evaluation_context.targeting_key if evaluation_context else None
        told = evaluation_context.attributes if evaluation_context else {}
        # Only some flags have times, and asking the clock costs.
        if rule.is_timed and not rule.since <= self._clock() < rule.until:
            return _ANSWERS[None]
        return _ANSWERS[rule.reason(subject, told)]

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> NoReturn:
        _only_boolean(flag_key)

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> NoReturn:
        _only_boolean(flag_key)

    def resolve_float_details(
        self,
        flag_key: str,
        default_value: float,
        evaluation_context: EvaluationContext | None = None,
    ) -> NoReturn:
        _only_boolean(flag_key)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> NoReturn:
        _only_boolean(flag_key)

    def _look(self) -> None:
        # Set first: of many threads one reads, and the others go by what is known.
        self._look_again = self._monotonic() + LOOK_EVERY
        self._published.look()


def _only_boolean(flag: str) -> NoReturn:
    raise TypeMismatchError(f"{flag} is on or off, and nothing else")


def _seconds(moment: datetime | None, otherwise: float) -> float:
    return moment.timestamp() if moment else otherwise
