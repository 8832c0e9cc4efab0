"""A confirmed viewing for somebody's own calendar: a row enters, an iCalendar text leaves.

Written here by the format's own rules (RFC 5545), for one event without repetition: the
packages that write it bring a parser and time zone tables, which nothing else needs.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings

from monolith.viewings.hours import LENGTH
from monolith.viewings.models import Viewing

TYPE = "text/calendar; charset=utf-8"
_WIDTH = 75


def render(viewing: Viewing) -> str:
    return "".join(f"{line}\r\n" for part in _lines(viewing) for line in _fold(part))


def _lines(viewing: Viewing) -> Iterator[str]:
    home = viewing.listing
    place = f"{home.address}, {home.neighbourhood} {home.zip_code}"
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Maumee Homes//Viewings//EN")
    yield from ("METHOD:PUBLISH", "BEGIN:VEVENT")
    yield f"UID:viewing-{viewing.pk}@{urlsplit(settings.SITE_URL).hostname}"
    # Raised with every change, so that a second import replaces the first.
    yield f"SEQUENCE:{viewing.version}"
    yield f"DTSTAMP:{_moment(viewing.changed_at)}"
    yield f"DTSTART:{_moment(viewing.starts_at)}"
    yield f"DTEND:{_moment(viewing.starts_at + LENGTH)}"
    yield f"SUMMARY:{_text('Viewing: ' + home.title)}"
    yield f"LOCATION:{_text(place)}"
    yield f"DESCRIPTION:{_text('With ' + viewing.agent.get_full_name())}"
    yield f"URL:{settings.SITE_URL}{home.get_absolute_url()}"
    yield from ("STATUS:CONFIRMED", "END:VEVENT", "END:VCALENDAR")


def _moment(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    for plain in ("\\", ";", ","):
        words = words.replace(plain, f"\\{plain}")
    # Whatever breaks a line would begin a property of its own.
    return "\\n".join(words.splitlines())


def _fold(line: str) -> Iterator[str]:
    """Yield the line in parts of at most 75 bytes, each but the first after a blank."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > _WIDTH:
            yield part
            part = " "
        part += letter
    yield part
