"""What a mail says: a checked alert enters, a plain-text mail with the headers of RFC 8058 leaves.

The message's id is made of the notification's, so that a mail which did go out twice would be
one mail to whoever receives it.
"""

from email.utils import parseaddr
from typing import Any, cast

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from monolith.alerts import links, overview
from monolith.alerts.links import Subscription
from monolith.alerts.models import Alert, Change, Digest, Kind, What
from monolith.errors import NotWanted
from monolith.listings.cards import COLUMNS, as_card, dollars
from monolith.listings.models import Status

NEWS = {
    Status.ACTIVE: "for sale again",
    Status.PENDING: "sale pending",
    Status.SOLD: "sold",
    Status.WITHDRAWN: "withdrawn",
}


def write(alert: Alert) -> EmailMessage:
    """Return the mail; raises ``NotWanted`` when there is nothing left to say."""
    if alert.digest:
        subject, words = _overview(alert, alert.digest)
    else:
        subject, words = _about_home(alert, cast(Change, alert.change))
    unsubscribe = links.address(links.of(alert))
    text = render_to_string(
        f"alerts/mail/{alert.kind}.txt",
        {
            **words,
            "alert": alert,
            "site": settings.SITE_URL,
            "kind_link": links.address(Subscription(alert.account_id, kind=alert.kind)),
            "unsubscribe": unsubscribe,
            "choices": settings.SITE_URL + reverse("alerts:notifications"),
        },
    )
    headers = {
        "Message-ID": message_id(alert),
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    # A title may hold what no subject may.
    subject = " ".join(subject.split())
    return EmailMessage(subject, text, to=[alert.account.email], headers=headers)


def _about_home(alert: Alert, change: Change) -> tuple[str, dict[str, Any]]:
    home = change.listing
    news = NEWS.get(Status(home.status), "")
    words = {
        "card": as_card({name: getattr(home, name) for name in COLUMNS}),
        "old_price": dollars(change.old_price) if change.old_price else "",
        "news": news,
        "is_shown": home.status != Status.WITHDRAWN,
    }
    if alert.kind == Kind.STATUS:
        return f"{home.title}: {news}", words
    word = "now" if change.what == What.REDUCED else "new,"
    return f"{home.title}: {word} {home.price_in_dollars}", words


def _overview(alert: Alert, digest: Digest) -> tuple[str, dict[str, Any]]:
    sections = overview.sections(digest, alert.account_id)
    count = sum(len(section.entries) for section in sections)
    if not count:
        raise NotWanted("Nothing of it was left to tell.")
    homes = "1 home" if count == 1 else f"{count} homes"
    return f"{homes} for your saved searches", {"sections": sections}


def message_id(alert: Alert) -> str:
    """Return what the mail is called, the same at every attempt; who sent it can be told by it."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<alert-{alert.notification_id or alert.pk}@{domain}>"
