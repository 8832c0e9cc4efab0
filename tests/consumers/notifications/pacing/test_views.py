"""The page on which somebody says when they are written to."""

from datetime import time

import pytest
from django.test import Client

from consumers.notifications.ledger.models import Notification
from consumers.notifications.pacing.models import Rhythm
from tests.consumers.conftest import Sign
from tests.consumers.notifications.deciding.test_digests import hours_later, leaving
from tests.consumers.notifications.site.test_views import visitor  # noqa: F401

pytestmark = pytest.mark.django_db

PATH = "/notifications/hours"
ASKED = {
    "zone": "Europe/Berlin",
    "quiet_from": "22:00",
    "quiet_until": "07:30",
    "most_a_day": "5",
}


@pytest.fixture
def person(visitor: Client, sign: Sign) -> Client:  # noqa: F811
    visitor.cookies["banyan_id"] = sign(sub="u:7", bucket=1, name="Ann")
    return visitor


def test_hours_are_kept_and_shown_again(person: Client) -> None:
    assert 'value="America/New_York" selected' in person.get(PATH).text

    for _ in range(2):
        assert person.post(PATH, ASKED).headers["Location"] == "/notifications/"

    rhythm = Rhythm.objects.get()
    assert (rhythm.account_id, rhythm.zone) == (7, "Europe/Berlin")
    assert (rhythm.quiet_from, rhythm.quiet_until) == (time(22), time(7, 30))
    page = person.get(PATH).text
    assert 'value="22:00"' in page
    assert 'value="Europe/Berlin" selected' in page

    person.post(PATH, {"zone": "Europe/Berlin"})
    assert Rhythm.objects.get().quiet_from is None


def test_who_changes_their_zone_gets_the_next_overview_at_their_morning_there(
    person: Client,
) -> None:
    (planned, *_) = leaving("daily")
    Notification.objects.filter(pk=planned.pk).update(account_id=7)

    person.post(PATH, ASKED)

    # Their own morning is over for the day.
    assert hours_later([planned]) == [19]


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Moon/Base"},
        {"zone": "../../etc/passwd"},
        {"quiet_until": ""},
        {"quiet_until": "22:00"},
        {"quiet_from": "25:00"},
        {"most_a_day": "0"},
        {"most_a_day": "-1"},
    ],
)
def test_what_is_no_rhythm_is_asked_again(person: Client, wrong: dict[str, str]) -> None:
    answer = person.post(PATH, ASKED | wrong)

    assert answer.status_code == 400
    assert "errorlist" in answer.text
    assert not Rhythm.objects.exists()


def test_a_visitor_is_asked_to_log_in(visitor: Client) -> None:  # noqa: F811
    assert visitor.get(PATH).headers["Location"] == f"/accounts/login/?next={PATH}"
