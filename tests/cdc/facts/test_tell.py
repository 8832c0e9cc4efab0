"""A told fact is a record like an event's; one that cannot be told harms nobody."""

import pytest
from pytest_django.fixtures import Settings

from cdc.contracts.envelope import HEADERS
from cdc.contracts.events import ListingViewed
from cdc.facts import sender
from cdc.facts.tell import _headers, tell
from cdc.outbox import publish as publishing
from cdc.outbox.models import RegisteredContract
from cdc.outbox.publish import row_of

pytestmark = pytest.mark.django_db
EVENT = ListingViewed(listing_id=7, weight=1, is_signed_in=False)


def test_it_has_the_headers_of_every_event_but_nobody_acts_on_it() -> None:
    headers = _headers(row_of(EVENT, 3, 1))
    assert set(headers) == set(HEADERS) - {"handledby"}
    assert (headers["ce_subject"], headers["aggregateversion"]) == ("7", "3")


def test_a_contract_that_nobody_registered_is_no_error(
    settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a fresh process: the ids of contracts are looked up anew.
    monkeypatch.setattr(publishing, "_schema_ids", {})
    settings.KAFKA_BOOTSTRAP = "127.0.0.1:1"
    RegisteredContract.objects.all().delete()
    tell(EVENT, aggregate_version=1)
    assert "contracts register" in caplog.text


def test_a_site_without_events_makes_no_sender(settings: Settings) -> None:
    settings.OUTBOX_TRANSPORT, settings.KAFKA_BOOTSTRAP = "none", "127.0.0.1:2"
    tell(EVENT, aggregate_version=1)
    assert "127.0.0.1:2" not in [bootstrap for _, bootstrap in sender._senders]
