"""Who had to get a letter, and who got it: the monolith's rows and the mail sink are asked.

Enters: a running stack. Leaves: the expected pairs of a person and a home, and those that lie in
the sink. Neither side's own word counts but for one thing: a letter of which a ledger says that
nobody knows is neither missing nor sent twice, and is counted apart.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.bench.notifying.keepers import DOMAIN
from tests.bench.notifying.sink import letters
from tests.running_stack import Stack

# An address, and the number of a home.
Pair = tuple[str, int]

# The town reduces no home that was kept before, and each once; its searches ask for one price. A
# search that is made after a home became cheaper, and before it was decided who hears of that, may
# find it or not, on either side.
_EXPECTED = """
SELECT account.email, kept.listing_id, true
FROM interests_favourite kept
JOIN accounts_user account ON account.id = kept.account_id
JOIN listings_listing home ON home.id = kept.listing_id
WHERE account.email LIKE %(people)s AND home.reduced_at > kept.added_at
UNION
SELECT account.email, home.id, home.reduced_at > search.created_at
FROM interests_savedsearch search
JOIN accounts_user account ON account.id = search.account_id
JOIN listings_listing home ON home.price = (search.criteria ->> 'price_min')::int
WHERE account.email LIKE %(people)s AND home.status IN ('active', 'pending')
"""
_PEOPLE = "SELECT id, email FROM accounts_user WHERE email LIKE %(people)s"
_MONOLITHS = """
SELECT alert.account_id, change.listing_id, alert.state, alert.reason
FROM alerts_alert alert JOIN alerts_change change ON change.id = alert.change_id
"""
_SERVICES = """
SELECT account_id, listing_id, state, reason FROM notifications_ledger_notification
WHERE channel = 'email'
"""
# A claim whose worker was killed is told to be unknown when its lease is over.
_UNKNOWN = {"unknown", "sending"}
_MAY_HAVE_ARRIVED = "may have arrived"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was counted; pairs that are not as they should be are named."""

    expected: int
    arrived: int
    by_side: Mapping[str, int]
    unknown: int
    open: int
    doubled: tuple[Pair, ...]
    missing: tuple[Pair, ...]
    unasked: tuple[Pair, ...]

    @property
    def is_proven(self) -> bool:
        """Tell whether everybody got what they had to, once."""
        return not (self.doubled or self.missing or self.unasked)

    def __str__(self) -> str:
        sides = ", ".join(f"{number} by the {side}" for side, number in self.by_side.items())
        return (
            f"{len(self.doubled)} doubled, {len(self.missing)} missing, {len(self.unasked)} unasked"
            f" of {self.expected} letters ({sides}), {self.unknown} unknown, {self.open} open"
        )


def count(stack: Stack) -> Verdict:
    """Compare the sink with what the monolith's rows say."""
    # The sink first: a letter that arrives in between is open, and not unasked.
    kept = list(letters(stack.home / "mail", DOMAIN))
    arrived = Counter((each.to, each.home) for each in kept)
    values, ours = stack.environment(), {"people": f"%@{DOMAIN}"}
    with psycopg.connect(values["MONOLITH_DATABASE_URL"]) as monolith:
        asked = monolith.execute(_EXPECTED, ours).fetchall()
        people: dict[int, str] = dict(monolith.execute(_PEOPLE, ours).fetchall())
        told = monolith.execute(_MONOLITHS).fetchall()
    with psycopg.connect(values["NOTIFICATIONS_DATABASE_URL"]) as service:
        told += service.execute(_SERVICES).fetchall()
    known = [((people[row[0]], row[1]), *row[2:]) for row in told if row[0] in people]
    expected: set[Pair] = {(to, home) for to, home, is_due in asked if is_due}
    unknown = {pair for pair, state, reason in known if _is_unknown(state, reason)}
    return Verdict(
        expected=len(expected),
        arrived=len(arrived),
        by_side=Counter(each.side for each in kept),
        unknown=len((unknown & expected) - arrived.keys()),
        open=sum(state == "planned" for _, state, _ in known),
        doubled=tuple(sorted(pair for pair, times in arrived.items() if times > 1)),
        missing=tuple(sorted(expected - arrived.keys() - unknown)),
        unasked=tuple(sorted(arrived.keys() - {(to, home) for to, home, _ in asked})),
    )


def _is_unknown(state: Any, reason: Any) -> bool:
    return state in _UNKNOWN or _MAY_HAVE_ARRIVED in reason
