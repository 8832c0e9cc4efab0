"""Whatever is typed into a step is saved or refused, and the home's pages still open."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monolith.listings.models import Listing
from tests.monolith.listings.steps.test_views import FACTS, PLACE, WORDS, answered, step
from tests.monolith.listings.test_hostile_edits import ANYTHING

pytestmark = pytest.mark.django_db

GOOD = {"place": PLACE, "facts": FACTS, "words": WORDS, "price": {"price": "90000"}}
FIELDS = [(name, field) for name, answers in GOOD.items() for field in answers]


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(asked=st.sampled_from(FIELDS), value=ANYTHING)
def test_no_answer_breaks_a_page(
    agent_client: Client, listing: Listing, asked: tuple[str, str], value: str
) -> None:
    name, field = asked
    given_answers = answered(listing, **{**GOOD[name], field: value})
    assert agent_client.post(step(listing, name), given_answers).status_code in (302, 400)
    listing.refresh_from_db()
    for path in (listing.get_absolute_url(), step(listing, name), "/agent/", "/search"):
        assert agent_client.get(path).status_code == 200, path
