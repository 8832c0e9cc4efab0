"""Who had to get a letter, and who got it: the monolith's rows and the mail sink are asked.

Enters: a running stack. Leaves: the letters that are expected, and those that lie in the sink.
Neither side's own word counts but for one thing: a letter of which a ledger says that nobody knows
is neither missing nor sent twice, and is counted apart. The sink itself has those that it refused
for good: the service ends there, and the monolith tries again.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.bench.notifying.keepers import DOMAIN
from tests.bench.notifying.sink import Kept
from tests.bench.notifying.sink import letters as kept_letters
from tests.faults.letters import asked
from tests.faults.letters.asked import Asked, Pair
from tests.running_stack import Stack

_OVERVIEW = re.compile(r"\d+ homes? for your saved searches")
_MESSAGE = re.compile(r"(Your enquiry|Enquiry|Viewing (asked for|cancelled)\b)")
_MONOLITHS = "SELECT account_id, event_id, state, reason FROM alerts_alert"
_SERVICES = """
SELECT account_id, event_id::uuid, state, reason FROM notifications_ledger_notification
WHERE channel = 'email'
"""
# A claim whose worker was killed is told to be unknown when its lease is over.
_UNKNOWN = {"unknown", "sending"}
_MAY_HAVE_ARRIVED = "may have arrived"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was counted; letters that are not as they should be are named."""

    expected: int
    by_kind: Mapping[str, int]
    arrived: int
    by_side: Mapping[str, int]
    refused: int
    returned: int
    unknown: int
    open: int
    doubled: tuple[Pair, ...]
    missing: tuple[Pair, ...]
    unasked: tuple[Pair, ...]

    @property
    def is_proven(self) -> bool:
        """Tell whether everybody got what they had to, once."""
        return self.is_clean and not self.missing

    @property
    def is_clean(self) -> bool:
        """Tell whether nobody got anything twice or unasked."""
        return not (self.doubled or self.unasked)

    def __str__(self) -> str:
        kinds = ", ".join(f"{number} {kind}" for kind, number in self.by_kind.items())
        sides = ", ".join(f"{number} by the {side}" for side, number in self.by_side.items())
        return (
            f"{len(self.doubled)} doubled, {len(self.missing)} missing, {len(self.unasked)} unasked"
            f" of {self.expected} letters ({kinds}; {sides}), {self.refused} refused for good,"
            f" {self.returned} given back, {self.unknown} unknown, {self.open} open"
        )


def count(stack: Stack) -> Verdict:
    """Compare the sink with what the monolith's rows say."""
    # The sink first: a letter that arrives in between is open, and not unasked.
    mail, values = stack.home / "mail", stack.environment()
    kept, refused = list(kept_letters(mail)), list(kept_letters(mail, "refused"))
    with psycopg.connect(values["MONOLITH_DATABASE_URL"]) as monolith:
        begun = asked.begun(monolith)
        told = list(asked.letters(monolith))
        overviews = asked.overviews(monolith)
        known = monolith.execute(_MONOLITHS).fetchall()
    with psycopg.connect(values["NOTIFICATIONS_DATABASE_URL"]) as service:
        known += service.execute(_SERVICES).fetchall()
    # An agent may have heard of another's doings in the same words before.
    ours = [each for each in kept if each.at >= begun]
    arrived = [told for each in ours for told in _named(each, overviews)]
    ended = [told for each in refused for told in _named(each, overviews)]
    return _compare(told, arrived, ended, known)


def _compare(
    told: Iterable[Asked],
    kept: Iterable[tuple[Pair, str]],
    refused: Iterable[tuple[Pair, str]],
    known: Iterable[tuple[Any, ...]],
) -> Verdict:
    causes = {(each.account_id, each.event_id): each for each in told}
    may = Counter(each.pair for each in causes.values())
    must = Counter(each.pair for each in causes.values() if each.is_due)
    # Agents hear of others' doings as well.
    ours = [(pair, side) for pair, side in kept if pair in may or pair[0].endswith(f"@{DOMAIN}")]
    arrived = Counter(pair for pair, _ in ours)
    ended = Counter(pair for pair, side in refused if side == "service" and pair in may)
    rows = [(causes[row[:2]], *row[2:]) for row in known if row[:2] in causes]
    unknown = Counter(cause.pair for cause, *row in rows if _is_unknown(*row))
    lost = must - arrived - ended
    return Verdict(
        expected=must.total(),
        by_kind=dict(Counter(each.kind for each in causes.values() if each.is_due)),
        arrived=arrived.total(),
        by_side=dict(Counter(side for _, side in ours)),
        refused=ended.total(),
        returned=sum(state == "returned" for _, state, _ in rows),
        unknown=(lost & unknown).total(),
        open=sum(state == "planned" for _, state, _ in rows),
        doubled=tuple(sorted(pair for pair in arrived + ended - may if pair in may)),
        missing=tuple(sorted(lost - unknown)),
        unasked=tuple(sorted(arrived.keys() - may.keys())),
    )


def _named(letter: Kept, overviews: Mapping[int, str]) -> Iterator[tuple[Pair, str]]:
    """Say who was told what, and by whom; a letter may tell of several homes."""
    about = {letter.subject}
    if _OVERVIEW.fullmatch(letter.subject):
        # The town's first one tells of what others did before it, too.
        about = {overviews[home] for home in letter.homes if home in overviews} or about
    elif letter.homes and not _MESSAGE.match(letter.subject):
        about = {f"home {home}" for home in letter.homes}
    for each in about:
        yield (letter.to, each), letter.side


def _is_unknown(state: str, reason: str) -> bool:
    return state in _UNKNOWN or _MAY_HAVE_ARRIVED in reason
