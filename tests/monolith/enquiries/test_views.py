"""Asking about a home on its page: by anybody, about what is for sale, and not too often."""

import pytest
from django.core import mail
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from monolith.accounts.models import User
from monolith.api.throttling import Throttle
from monolith.enquiries import services
from monolith.enquiries.models import MAX_TEXT, Enquiry
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing, Post
from tests.monolith.enquiries.conftest import FILLED
from tests.monolith.test_pages import DEAD_REDIS

pytestmark = pytest.mark.django_db


def address(listing: Listing) -> str:
    return f"/homes/{listing.pk}/enquire/"


def test_a_visitor_asks_and_only_the_agent_is_mailed(
    client: Client, listing: Listing, post: Post
) -> None:
    page = client.get(listing.get_absolute_url()).content.decode()
    assert f'action="{address(listing)}"' in page
    assert 'name="email"' in page
    answer = post(client, address(listing), FILLED)
    assert answer["Location"] == listing.get_absolute_url()
    assert "on its way to the agent" in client.get(answer["Location"]).content.decode()
    enquiry = Enquiry.objects.get()
    assert (enquiry.account, enquiry.asker_name) == (None, "Vera Visitor")
    [sent] = mail.outbox
    assert (sent.to, sent.reply_to) == (["ada@example.org"], ["vera@example.org"])
    assert "Is the porch new?" in sent.body
    assert f"/agent/enquiries/{enquiry.pk}/" in sent.body


def test_a_signed_in_person_needs_the_message_only_and_gets_a_receipt(
    buyer_client: Client, listing: Listing, post: Post
) -> None:
    page = buyer_client.get(listing.get_absolute_url()).content.decode()
    assert 'name="email"' not in page
    forged = {"message": "Tom & Jerry's?", "name": "Eve", "email": "eve@example.org"}
    post(buyer_client, address(listing), forged)
    enquiry = Enquiry.objects.get()
    assert (enquiry.asker_name, enquiry.email) == ("Bo Buyer", "")
    to_agent, receipt = mail.outbox
    assert (to_agent.to, to_agent.reply_to) == (["ada@example.org"], ["bo@example.org"])
    assert receipt.to == ["bo@example.org"]
    assert "Tom & Jerry's?" in receipt.body


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Enter your name."),
        ("name", "x" * 81, "at most 80 characters"),
        ("name", "nul\x00", "Null characters are not allowed."),
        ("email", "", "Enter your e-mail address."),
        ("email", "vera", "Enter a valid email address."),
        ("email", "vera@example.org\nBcc: all@example.org", "Enter a valid email address."),
        ("email", "x" * 250 + "@example.org", "at most 254 characters"),
        ("message", " ", "Write what you would like to know."),
        ("message", "x" * (MAX_TEXT + 1), f"at most {MAX_TEXT} characters"),
    ],
)
def test_a_bad_value_is_explained_and_nothing_is_sent(
    client: Client, listing: Listing, post: Post, field: str, value: str, message: str
) -> None:
    answer = post(client, address(listing), {**FILLED, field: value})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert message in page
    assert 'role="alert"' in page
    assert listing.get_absolute_url() in page
    assert (Enquiry.objects.count(), mail.outbox) == (0, [])


def test_no_name_or_title_writes_a_header(
    client: Client, make_listing: MakeListing, post: Post
) -> None:
    home = make_listing(address="1 Ash\r\nBcc: all@example.org")
    post(client, address(home), {**FILLED, "name": "Eve\r\nBcc: all@example.org"})
    [sent] = mail.outbox
    assert sent.subject == "Enquiry about 1 Ash Bcc: all@example.org"
    assert sent.recipients() == ["ada@example.org"]
    assert "Bcc" not in sent.message()


def test_only_homes_for_sale_are_asked_about(client: Client, make_listing: MakeListing) -> None:
    for status in ("draft", "withdrawn", "sold", "pending"):
        home = make_listing(status=status)
        answer = client.post(address(home), FILLED)
        page = client.get(home.get_absolute_url())
        assert answer.status_code == (404 if status in ("draft", "withdrawn") else 302)
        assert ('id="enquire"' in page.content.decode()) == (status == "pending")
        assert Enquiry.objects.exists() == (status == "pending")
        if status == "sold":
            assert "not for sale any more" in page.content.decode()
    for number in (0, 10**30):
        assert client.post(f"/homes/{number}/enquire/", FILLED).status_code == 404


def test_a_program_that_fills_in_everything_is_told_what_it_likes_to_hear(
    client: Client, listing: Listing, post: Post
) -> None:
    answer = post(client, address(listing), {**FILLED, "website": "https://spam.example"})
    assert answer.status_code == 302
    assert (Enquiry.objects.count(), mail.outbox) == (0, [])


def test_who_writes_too_often_waits_and_others_do_not(
    client: Client, buyer_client: Client, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Throttle, "THROTTLE_RATES", {"mail": "2/hour"})
    answers = [client.post(address(listing), FILLED) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "Try again in 60 minutes." in answers[-1].content.decode()
    assert FILLED["message"] in answers[-1].content.decode()
    assert 3_500 < int(answers[-1]["Retry-After"]) <= 3_600
    assert buyer_client.post(address(listing), {"message": "Hello"}).status_code == 302
    assert Enquiry.objects.count() == 3


def test_neither_the_cache_nor_the_mail_server_is_needed(
    client: Client, listing: Listing, post: Post
) -> None:
    no_mail = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(CACHES=DEAD_REDIS, EMAIL_BACKEND=no_mail, EMAIL_PORT=1):
        assert post(client, address(listing), FILLED).status_code == 302
    assert Enquiry.objects.count() == 1


def test_a_post_without_its_token_is_refused(listing: Listing) -> None:
    assert Client(enforce_csrf_checks=True).post(address(listing), FILLED).status_code == 403


def test_everybody_reads_their_own_enquiries_with_the_answers(
    client: Client, buyer_client: Client, agent: User, enquiry: Enquiry, visitors: Enquiry
) -> None:
    assert client.get("/saved/enquiries/").status_code == 302
    assert "Not answered yet." in buyer_client.get("/saved/enquiries/").content.decode()
    services.reply(enquiry.pk, agent.pk, "<b>It is.</b>")
    page = buyer_client.get("/saved/enquiries/").content.decode()
    assert "Is the porch new?" in page
    assert "&lt;b&gt;It is.&lt;/b&gt;" in page
    assert "May I come by?" not in page
    client.force_login(agent)
    assert "You have asked nothing yet." in client.get("/saved/enquiries/").content.decode()


def test_many_enquiries_cost_no_more_queries(
    buyer_client: Client,
    buyer: User,
    agent: User,
    make_listing: MakeListing,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(12):
        sent = services.send(make_listing().pk, message="Hello", account_id=buyer.pk)
        services.reply(sent.pk, agent.pk, "Hello yourself")
    # Session, user, groups of the header and of the identity cookie, count, page, replies.
    with django_assert_max_num_queries(7):
        page = buyer_client.get("/saved/enquiries/").content.decode()
    assert page.count("Hello yourself") == 10
