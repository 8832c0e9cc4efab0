"""The signed links of our mails: facts enter, a token leaves, and comes back within three days.

A token proves that whoever shows it reads the mail of the address that it was sent to.
"""

from datetime import timedelta
from typing import Any

from django.core import signing

from monolith.errors import LinkNotValid

LIFETIME = timedelta(days=3)
CONFIRM = "accounts.confirm"
CHANGE_EMAIL = "accounts.change-email"


def sign(purpose: str, **facts: Any) -> str:
    return signing.dumps(facts, salt=purpose)


def read(purpose: str, token: str) -> dict[str, Any]:
    """Return what was signed; raises ``LinkNotValid`` for another purpose, too late or forged."""
    try:
        facts: dict[str, Any] = signing.loads(token, salt=purpose, max_age=LIFETIME)
    except signing.BadSignature:
        raise LinkNotValid from None
    return facts
