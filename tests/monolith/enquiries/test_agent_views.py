"""The inbox: for who may edit the home, and answers that go by mail and stay."""

import pytest
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from monolith.accounts.models import Agency, User
from monolith.enquiries import services
from monolith.enquiries.models import MAX_TEXT, Doubt, Enquiry, Reply
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing, Post
from tests.monolith.enquiries.conftest import VISITOR

pytestmark = pytest.mark.django_db
INBOX = "/agent/enquiries/"


def test_others_do_not_reach_it(
    client: Client, buyer_client: Client, other_agent: User, enquiry: Enquiry
) -> None:
    one = f"{INBOX}{enquiry.pk}/"
    for url in (INBOX, one):
        assert Client().get(url)["Location"] == f"/accounts/login/?next={url}"
        assert buyer_client.get(url).status_code == 403
    client.force_login(other_agent)
    assert "Nobody has asked" in client.get(INBOX).content.decode()
    for url in (one, f"{INBOX}{10**30}/"):
        assert client.get(url).status_code == 404
        assert client.post(url, {"text": "Hello"}).status_code == 404
        assert client.post(f"{url}answered/").status_code == 404
    assert client.get(f"{one}answered/").status_code == 405
    assert not Reply.objects.exists()


def test_an_agency_admin_answers_for_the_agency_and_a_colleague_does_not(
    client: Client, agent: User, other_agent: User, enquiry: Enquiry
) -> None:
    agency = Agency.objects.create(name="River Homes", slug="river-homes")
    User.objects.filter(pk__in=[agent.pk, other_agent.pk]).update(agency=agency)
    client.force_login(other_agent)
    assert client.get(f"{INBOX}{enquiry.pk}/").status_code == 404
    User.objects.filter(pk=other_agent.pk).update(is_agency_admin=True)
    assert "Bo Buyer" in client.get(INBOX).content.decode()
    assert client.post(f"{INBOX}{enquiry.pk}/", {"text": "Yes."}).status_code == 302
    assert Reply.objects.get().author == other_agent


def test_an_answer_is_mailed_and_kept(agent_client: Client, visitors: Enquiry, post: Post) -> None:
    answer = post(agent_client, f"{INBOX}{visitors.pk}/", {"text": "On Monday & Tuesday."})
    page = agent_client.get(answer["Location"]).content.decode()
    assert "Your answer is sent." in page
    assert "On Monday &amp; Tuesday." in page
    [sent] = mail.outbox
    assert (sent.to, sent.reply_to) == (["vera@example.org"], ["ada@example.org"])
    assert "On Monday & Tuesday." in sent.body
    visitors.refresh_from_db()
    assert visitors.answered_at is not None


def test_an_answer_that_may_not_have_arrived_is_seen_and_mailed_again(
    agent_client: Client,
    client: Client,
    other_agent: User,
    visitors: Enquiry,
    make_listing: MakeListing,
    post: Post,
) -> None:
    own = services.send(make_listing(agent=other_agent).pk, message="Hello", **VISITOR)
    page, waiting = f"{INBOX}{visitors.pk}/", f"{INBOX}?show=unanswered"
    post(agent_client, page, {"text": "On Monday."})
    assert "May not have arrived" not in agent_client.get(INBOX).content.decode()
    assert "Mail it again" not in agent_client.get(page).content.decode()
    Reply.objects.update(doubt=Doubt.UNCLEAR)

    again = f"{page}answers/{Reply.objects.get().pk}/again/"
    assert "May not have arrived" in agent_client.get(waiting).content.decode()
    shown = agent_client.get(page).content.decode()
    assert "nobody knows whether it arrived" in shown
    assert again in shown
    client.force_login(other_agent)
    assert post(client, again).status_code == 404
    # Nor does an enquiry of one's own lead to another's answers.
    assert post(client, again.replace(f"/{visitors.pk}/", f"/{own.pk}/")).status_code == 404
    assert len(mail.outbox) == 1

    for _ in range(2):
        assert post(agent_client, again)["Location"] == page

    assert [sent.to for sent in mail.outbox] == [["vera@example.org"]] * 2
    assert "Mail it again" not in agent_client.get(page).content.decode()
    assert "Vera" not in agent_client.get(waiting).content.decode()


@pytest.mark.parametrize("text", ["", " ", "nul\x00", "x" * (MAX_TEXT + 1)])
def test_a_bad_answer_is_explained(
    agent_client: Client, visitors: Enquiry, post: Post, text: str
) -> None:
    answer = post(agent_client, f"{INBOX}{visitors.pk}/", {"text": text})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert (Reply.objects.count(), mail.outbox) == (0, [])


def test_what_waits_comes_first_and_may_be_shown_alone(
    agent_client: Client, enquiry: Enquiry, visitors: Enquiry
) -> None:
    agent_client.post(f"{INBOX}{visitors.pk}/answered/")
    page = agent_client.get(INBOX).content.decode()
    assert page.index("Bo Buyer") < page.index("Vera Visitor")
    assert page.count("Waiting") == 1
    assert "Vera Visitor" not in agent_client.get(f"{INBOX}?show=unanswered").content.decode()
    assert agent_client.get(f"{INBOX}?show=%00&page=x").status_code == 200


def test_a_home_takes_its_enquiries_along_to_another_agent(
    agent_client: Client, client: Client, other_agent: User, enquiry: Enquiry
) -> None:
    Listing.objects.update(agent=other_agent)
    client.force_login(other_agent)
    assert client.get(f"{INBOX}{enquiry.pk}/").status_code == 200
    assert agent_client.get(f"{INBOX}{enquiry.pk}/").status_code == 404


def test_a_hostile_visitor_is_text(agent_client: Client, listing: Listing) -> None:
    services.send(listing.pk, message="<script>x", name="<b>Eve", email="e&\"'@example.org")
    pages = [INBOX, f"{INBOX}{Enquiry.objects.get().pk}/"]
    for page in [agent_client.get(url).content.decode() for url in pages]:
        assert "<script>x" not in page
        assert "<b>Eve" not in page


def test_a_long_inbox_costs_no_more_queries(
    agent_client: Client,
    buyer: User,
    make_listing: MakeListing,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(26):
        asker = {"account_id": buyer.pk} if number % 2 else VISITOR
        services.send(make_listing().pk, message="Hello", **asker)
    # Session, user, groups, count, page.
    with django_assert_max_num_queries(6):
        page = agent_client.get(f"{INBOX}?show=unanswered").content.decode()
    assert "26 enquiries, page 1 of 2" in page
    assert "?show=unanswered&amp;page=2" in page
