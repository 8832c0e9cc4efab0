"""Whatever is typed into the edit form is saved or refused, and every public page still opens."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monolith.listings.models import Listing
from tests.monolith.listings.test_agent_views import edit_url, filled

pytestmark = pytest.mark.django_db

ODD = ["", " ", "１２", "1_000", "1e5", "NaN", "-0", "9" * 5000, "\x00", "\x0b", "\u202e", "🏠"]
TEXTS = st.sampled_from([*ODD, "</script>", "{{ 7 }}", "';--", "\ufffe", "\r\nSet-Cookie: a=b"])
ANYTHING = TEXTS | st.text(st.characters(exclude_categories=["Cs"]), max_size=130)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(field=st.sampled_from(["price", "status", "title", "description"]), value=ANYTHING)
def test_no_value_breaks_a_page(
    agent_client: Client, listing: Listing, field: str, value: str
) -> None:
    listing.refresh_from_db()
    answer = agent_client.post(edit_url(listing), filled(listing, **{field: value}))
    assert answer.status_code in (302, 400)
    listing.refresh_from_db()
    for path in (listing.get_absolute_url(), "/agent/", "/feed.atom", "/sitemap-homes.xml", "/"):
        assert agent_client.get(path).status_code == 200, path
