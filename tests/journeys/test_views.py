"""A view of a home reaches Kafka by itself, past the outbox, in the published language."""

import uuid

import httpx
import pytest

from cdc.contracts.envelope import Envelope
from cdc.contracts.events import ListingViewed
from stack.hops import headers_of
from tests.running_stack import Stack

pytestmark = pytest.mark.stack


def test_a_view_arrives_decoded_and_names_the_request(stack: Stack) -> None:
    request_id = str(uuid.uuid4())
    asked = {"User-Agent": "Mozilla/5.0 Firefox/140.0", "X-Request-ID": request_id}
    found: list[Envelope] = []

    with httpx.Client(base_url=stack.url("gateway", ""), follow_redirects=True) as browser:
        assert browser.get("/homes/1-x/", headers=asked).status_code == 200

    def has_come() -> bool:
        for record in stack.records("listing.views"):
            headers = {name: text.encode() for name, text in headers_of(record).items()}
            if headers["correlationid"].decode() == request_id:
                found.append(Envelope.from_record(headers, record.value() or b""))
        return bool(found)

    stack.wait_until(has_come)
    assert found[0].payload == ListingViewed(listing_id=1, weight=1, is_signed_in=False)
    assert found[0].aggregate_id == "1"
    assert found[0].aggregate_version >= 1
