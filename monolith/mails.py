"""The site's mails: an address and a template's words enter, a plain-text mail leaves.

Sent after the transaction that asks for it, and a mail server that is down breaks no page: the
person asks again.
"""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string


def write(
    template: str, to: str, subject: str, *, reply_to: str = "", **words: Any
) -> EmailMessage:
    """Return the template ``<app>/mail/<name>.txt`` as a mail to one address.

    Plain text: templates with words of people turn the escaping off. A subject is one line,
    whatever it is made of; a ``reply_to`` that is not one line is refused by the mail library.
    """
    text = render_to_string(template, {"site": settings.SITE_URL, **words})
    line = " ".join(subject.split())
    return EmailMessage(line, text, to=[to], reply_to=[reply_to] if reply_to else None)


def send(template: str, to: str, subject: str, **words: Any) -> None:
    """Write a mail, and send it once the transaction commits."""
    transaction.on_commit(write(template, to, subject, **words).send, robust=True)
