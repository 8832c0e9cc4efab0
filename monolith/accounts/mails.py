"""The mails about accounts: an address and its template's words enter, a plain-text mail leaves.

Sent after the transaction that asks for it, and a mail server that is down breaks no page: the
person asks again.
"""

from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string


def send(template: str, to: str, subject: str, **words: Any) -> None:
    """Send ``accounts/mail/<template>.txt`` to one address once the transaction commits."""
    words = {"site": settings.SITE_URL, **words}
    text = render_to_string(f"accounts/mail/{template}.txt", words)
    deliver = partial(send_mail, subject, text, None, [to])
    transaction.on_commit(deliver, robust=True)
