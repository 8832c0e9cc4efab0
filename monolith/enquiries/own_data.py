"""What somebody asked about homes, for their export, and its end with the account.

An enquiry goes as a whole: its text is as personal as its address, and without both nobody
could answer it. That it was sent and answered stays told in the enquiry topic, which names
nobody. Answers that an agent wrote belong to who asked, and stay with them.
"""

from typing import Any

from django.db.models import Q, QuerySet

from monolith.accounts.models import User
from monolith.enquiries.models import Enquiry


def enquiries(user: User) -> list[Any]:
    sent = _sent_by(user).order_by("id").prefetch_related("replies")
    return [
        {
            "listing_id": one.listing_id,
            "name": one.asker_name,
            "email": one.asker_email,
            "message": one.message,
            "sent_at": one.sent_at,
            "answered_at": one.answered_at,
            "answers": [{"text": each.text, "sent_at": each.sent_at} for each in one.replies.all()],
        }
        for one in sent.select_related("account")
    ]


def forget(user: User) -> None:
    _sent_by(user).delete()


def _sent_by(user: User) -> QuerySet[Enquiry]:
    # Also as a visitor, before they had an account or while they were not logged in.
    as_visitor = Q(account=None, email__iexact=user.email)
    return Enquiry.objects.filter(Q(account=user) | as_visitor)
