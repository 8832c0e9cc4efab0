"""Who had to get which letters: the monolith's rows enter, people and what they are told leave.

What somebody is told is named as a reader of the letter names it: a home that costs less, the
overview of a time, or the subject of a message.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

import psycopg

from tests.bench.notifying.keepers import DOMAIN

# An address, and what it is told about.
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A letter that must arrive once, or may; and by what both ledgers know it."""

    kind: str
    to: str
    about: str
    account_id: int
    event_id: UUID
    is_due: bool

    @property
    def pair(self) -> Pair:
        return self.to, self.about


# The town reduces no home that was kept before, and each once; its searches ask for one price. A
# search that is made after a home became cheaper, and before it was decided who hears of that, may
# find it or not, on either side.
_HOMES: LiteralString = """
SELECT 'home', person.email, 'home ' || home.id, person.id, change.event_id, bool_or(told.is_due)
FROM (
    SELECT kept.account_id, home.id AS home_id, true AS is_due
    FROM interests_favourite kept JOIN listings_listing home ON home.id = kept.listing_id
    WHERE home.reduced_at > kept.added_at
    UNION
    SELECT search.account_id, home.id, home.reduced_at > search.created_at
    FROM interests_savedsearch search
    JOIN listings_listing home ON home.price = (search.criteria ->> 'price_min')::int
    WHERE search.frequency = 'instant' AND home.status IN ('active', 'pending')
) told
JOIN accounts_user person ON person.id = told.account_id AND person.email LIKE %(people)s
JOIN listings_listing home ON home.id = told.home_id
JOIN alerts_change change ON change.listing_id = home.id AND change.what = 'reduced'
GROUP BY person.id, home.id, change.event_id
"""
# The town's overviews are of everything that happened.
_OVERVIEWS: LiteralString = """
SELECT 'digest', person.email, 'digest ' || digest.id, person.id, digest.event_id,
    search.created_at < digest.slot
FROM interests_savedsearch search
JOIN accounts_user person ON person.id = search.account_id AND person.email LIKE %(people)s
JOIN alerts_digest digest ON digest.frequency = search.frequency
WHERE EXISTS (
    SELECT FROM listings_listing home WHERE home.status IN ('active', 'pending')
    AND home.reduced_at > digest.since AND home.reduced_at <= digest.slot
)
"""
# Who asks has an account; so has the agent. Of a viewing the last word must be told, and an
# earlier one may be.
_MESSAGES: LiteralString = """
WITH told AS (
    SELECT 'enquiry' AS kind, asked.id, asked.listing_id, asked.account_id, home.agent_id,
        'EnquirySent' AS stands, NULL AS starts
    FROM enquiries_enquiry asked JOIN listings_listing home ON home.id = asked.listing_id
    UNION ALL
    SELECT 'viewing', id, listing_id, account_id, agent_id,
        CASE status WHEN 'cancelled' THEN 'ViewingCancelled' ELSE 'ViewingBooked' END,
        to_char(starts_at AT TIME ZONE 'America/New_York', 'FMDay FMDD FMMonth YYYY, FMHH12:MI AM')
    FROM viewings_viewing
)
SELECT told.kind, person.email,
    CASE event.event_type
        WHEN 'ViewingBooked' THEN 'Viewing asked for: '
        WHEN 'ViewingCancelled' THEN 'Viewing cancelled: '
        ELSE CASE person.id WHEN told.account_id THEN 'Your enquiry' ELSE 'Enquiry' END || ' about '
    END || home.address || coalesce(', ' || told.starts, ''),
    person.id, event.id, event.event_type = told.stands
FROM told
JOIN accounts_user asker ON asker.id = told.account_id AND asker.email LIKE %(people)s
JOIN accounts_user person ON person.id IN (told.account_id, told.agent_id)
JOIN listings_listing home ON home.id = told.listing_id
JOIN outbox_event event
    ON event.aggregate_type = told.kind AND event.aggregate_id = told.id::text
"""
_HOMES_OF_OVERVIEWS: LiteralString = """
SELECT home.id, 'digest ' || digest.id
FROM listings_listing home
JOIN alerts_digest digest ON home.reduced_at > digest.since AND home.reduced_at <= digest.slot
WHERE digest.frequency = 'daily'
"""
_BEGUN: LiteralString = """
SELECT coalesce(min(extract(epoch FROM date_joined)), 0)::float8
FROM accounts_user WHERE email LIKE %(people)s
"""
_OURS = {"people": f"%@{DOMAIN}"}


def letters(monolith: psycopg.Connection) -> Iterator[Asked]:
    """Yield every letter that may be written, and has to be if it is due, by either side."""
    for query in (_HOMES, _OVERVIEWS, _MESSAGES):
        for row in monolith.execute(query, _OURS):
            yield Asked(*row)


def begun(monolith: psycopg.Connection) -> float:
    """Return the second of the clock in which the town's first person came; 0 before that."""
    ((second,),) = monolith.execute(_BEGUN, _OURS).fetchall()
    return float(second)


def overviews(monolith: psycopg.Connection) -> dict[int, str]:
    """Return which overview tells of each home."""
    return dict(monolith.execute(_HOMES_OF_OVERVIEWS).fetchall())
