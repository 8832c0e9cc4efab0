"""What a letter says: a checked notification enters, a letter of text and HTML leaves.

The mail's Message-ID is made of the notification's id, so that a mail which did go out twice would
be one mail to whoever receives it. Templates say it, one pair for each kind; a subject is one line,
whatever a home's title holds.
"""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from consumers.notifications.channels.port import Letter
from consumers.notifications.deciding import digests, messages
from consumers.notifications.errors import NotWanted
from consumers.notifications.ledger.models import SWITCHABLE, Kind, Notification
from consumers.notifications.models import Digest, What
from consumers.notifications.pacing import merging, together
from consumers.notifications.sending import addresses, links, wording
from consumers.notifications.sending.about import About
from consumers.notifications.sending.links import Subscription


def write(about: About, *, needs_address: bool) -> Letter:
    """Return the letter, in the person's language. Raises ``NotWanted`` and ``NotNow``."""
    with translation.override(about.language):
        return _write(about, needs_address=needs_address)


def _write(about: About, *, needs_address: bool) -> Letter:
    notification = about.row
    subject, path, words = _words(about)
    unsubscribe = links.address(_ended_by(notification, words))
    subject = " ".join(subject.split())
    context = {
        **words,
        "subject": subject,
        "language": about.language,
        "site": settings.NOTIFICATIONS.site_url,
        "unsubscribe": unsubscribe,
        "choices": settings.NOTIFICATIONS.site_url + links.PREFERENCES,
    }
    template = f"notifications/mail/{words.get('template', notification.kind)}"
    return Letter(
        id=str(notification.pk),
        account_id=notification.account_id,
        subject=subject,
        text=render_to_string(f"{template}.txt", context),
        html=render_to_string(f"{template}.html", context),
        path=path,
        to=addresses.address_of(about.person) if needs_address else "",
        headers=_headers(notification, unsubscribe),
        also=words.get("also", ()),
    )


def _ended_by(notification: Notification, words: Mapping[str, Any]) -> Subscription:
    # What tells of several homes may tell of several searches: their kind ends.
    several = Subscription(notification.account_id, notification.kind)
    return several if "entries" in words else links.of(notification)


def _headers(notification: Notification, unsubscribe: str) -> dict[str, str]:
    named = {"Message-ID": f"<{notification.pk}@{_domain()}>"}
    if notification.kind not in SWITCHABLE:
        return named
    return named | {
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _words(about: About) -> tuple[str, str, dict[str, Any]]:
    if about.row.kind == Kind.DIGEST:
        return _overview(about.row)
    if about.row.kind not in SWITCHABLE:
        return messages.words(about.message, about.row.account_id)
    return together.words(about) or _about_home(about)


def _overview(notification: Notification) -> tuple[str, str, dict[str, Any]]:
    digest = Digest.objects.filter(pk=notification.event_id).first()
    sections = digests.sections(digest, notification.account_id) if digest else []
    count = sum(len(section.entries) for section in sections)
    if not count:
        raise NotWanted("Nothing of it was left to tell.")
    homes = "1 home" if count == 1 else f"{count} homes"
    return f"{homes} for your saved searches", sections[0].path, {"sections": sections}


def _about_home(about: About) -> tuple[str, str, dict[str, Any]]:
    home, change, search = about.home, about.change, about.search
    before = merging.old_price(about.row, change)
    news = wording.NEWS.get(home.status, home.status)
    words = {
        "home": home,
        "price": wording.dollars(home.price),
        "old_price": wording.dollars(before) if before else "",
        "facts": wording.facts(home),
        "place": wording.place(home),
        "path": wording.path(home),
        "news": news,
        "is_shown": home.status != "withdrawn",
        "asked": wording.asked(search.criteria) if search else "",
        "search_path": wording.search_path(search.criteria) if search else "",
    }
    if about.row.kind == Kind.STATUS:
        return f"{home.title}: {news}", wording.path(home), words
    word = "now" if change.what == What.REDUCED else "new,"
    return f"{home.title}: {word} {wording.dollars(home.price)}", wording.path(home), words


def _domain() -> str:
    return parseaddr(settings.NOTIFICATIONS.sender)[1].rpartition("@")[2]
