"""The calendar file: for a confirmed viewing, in lines that calendars read."""

import pytest
from django.test import Client

from monolith.listings.models import Listing
from monolith.viewings import calendar, services
from monolith.viewings.models import Viewing

pytestmark = pytest.mark.django_db


def test_only_a_confirmed_viewing_has_a_file_for_both_sides(
    buyer_client: Client, agent_client: Client, viewing: Viewing
) -> None:
    url = f"/saved/viewings/{viewing.pk}/calendar.ics"
    assert buyer_client.get(url).status_code == 404
    services.confirm(viewing.pk)
    answer = buyer_client.get(url)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    lines = answer.content.decode().split("\r\n")
    assert f"DTSTART:{viewing.starts_at:%Y%m%dT%H%M%SZ}" in lines
    assert "LOCATION:101 Ash Street\\, Westgate 43606" in lines
    assert agent_client.get(url).content == answer.content
    services.cancel(viewing.pk, by_agent=True)
    assert buyer_client.get(url).status_code == 404


def test_no_title_writes_a_line_and_no_line_is_too_long(viewing: Viewing) -> None:
    title = "Élan; a, \\ b\r\nATTENDEE:mailto:x@example.org\x0bEND:VEVENT" + "é🏠" * 20
    Listing.objects.update(title=title)
    text = calendar.render(Viewing.objects.with_homes().get())
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    whole = text.replace("\r\n ", "").split("\r\n")
    assert not any(line.startswith("ATTENDEE") for line in text.splitlines())
    assert whole.count("END:VEVENT") == 1
    said = "SUMMARY:Viewing: Élan\\; a\\, \\\\ b\\nATTENDEE:mailto:x@example.org\\nEND:VEVENT"
    assert said + "é🏠" * 20 in whole
