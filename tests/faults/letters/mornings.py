"""A morning that comes when a test wants it: overviews that wait for one leave.

Enters: a stack's addresses. Leaves: the service's planned overviews, due at once. What happened
just before their time has the same half minute to arrive that it has on a real morning.
"""

from collections.abc import Mapping

import psycopg

_COME = """
UPDATE notifications_ledger_notification SET due_at = now()
WHERE kind = 'digest' AND state = 'planned' AND waits = 0 AND due_at > now()
AND planned_at < now() - interval '30 seconds'
"""


def let_come(addresses: Mapping[str, str]) -> None:
    """Let everybody's next morning be now; nothing while the database is away."""
    try:
        with psycopg.connect(addresses["NOTIFICATIONS_DATABASE_URL"]) as service:
            service.execute(_COME)
    except psycopg.OperationalError:
        return
