"""A letter is written in its person's language: numbers, money and hours as that has them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from consumers.notifications import settings as service
from consumers.notifications.models import Home
from consumers.notifications.pacing.models import Rhythm
from consumers.notifications.sending import delivery, wording
from tests.consumers.conftest import Sign
from tests.consumers.notifications.conftest import World, html_of
from tests.consumers.notifications.site.test_views import visitor  # noqa: F401

pytestmark = pytest.mark.django_db

EVENING = datetime(2026, 5, 4, 18, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def languages(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let languages be what the service's own settings have, and offer a second."""
    settings.USE_I18N, settings.LANGUAGE_CODE = service.USE_I18N, service.LANGUAGE_CODE
    # Which functions it calls it decides once for a process.
    monkeypatch.setattr(translation, "_trans", type(vars(translation)["_trans"])())
    settings.LANGUAGES = [*service.LANGUAGES, ("de", "Deutsch")]


@pytest.mark.parametrize(
    ("language", "price", "when", "asked"),
    [
        (
            *("en", "$185,000", "Monday 4 May 2026, 2:30 PM"),
            "Price to $1,250,000, Living area from 1,200 sq ft, Built in or after 1956",
        ),
        (
            *("de", "185.000\u00a0$", "Montag, 4. Mai 2026, 14:30"),
            "Price to 1.250.000\u00a0$, Living area from 1.200 sq ft, Built in or after 1956",
        ),
    ],
)
def test_each_language_has_its_own_formats(
    language: str, price: str, when: str, asked: str
) -> None:
    criteria = {"price_max": 1_250_000, "area_min": 1200, "year_min": 1956}
    with translation.override(language):
        assert wording.dollars(185_000) == price
        assert wording.clock(EVENING, ZoneInfo("America/New_York")) == when
        assert wording.asked(criteria) == asked


def test_half_a_bath_has_the_languages_point(world: World) -> None:
    home = Home.objects.get()
    home.baths, home.half_baths = 2, 1
    with translation.override("de"):
        assert "2,5 baths" in wording.facts(home)
    with translation.override("en"):
        assert "2.5 baths" in wording.facts(home)


def test_a_letter_is_in_its_persons_language_and_the_next_one_in_its_own(world: World) -> None:
    theirs, others = world.keeper(1), world.keeper(2)
    Rhythm.objects.create(account_id=1, language="de")

    for each in (theirs, others):
        delivery.look(each.pk)

    german, english = mail.outbox
    assert "185.000 $" in german.subject
    assert '<html lang="de">' in html_of(german)
    assert "$185,000" in english.subject
    assert '<html lang="en">' in html_of(english)


def test_the_page_offers_languages_when_there_are_several(
    visitor: Client,  # noqa: F811
    sign: Sign,
    settings: Settings,
) -> None:
    visitor.cookies["banyan_id"] = sign(sub="u:7", bucket=1, name="Ann")
    assert "Deutsch" in visitor.get("/notifications/hours").text
    visitor.post("/notifications/hours", {"zone": "Europe/Berlin", "language": "de"})
    assert Rhythm.objects.get().language == "de"

    settings.LANGUAGES = [("en", "English")]
    assert "Language of letters" not in visitor.get("/notifications/hours").text
    # What was chosen stays.
    visitor.post("/notifications/hours", {"zone": "Europe/Berlin"})
    assert Rhythm.objects.get().language == "de"
