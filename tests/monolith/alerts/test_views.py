"""One's own page of notifications, and the link that ends them without a log-in."""

import pytest
from django.contrib.admin.sites import site
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from monolith.accounts import services as accounts
from monolith.accounts.models import User
from monolith.alerts import links
from monolith.alerts.links import Subscription
from monolith.alerts.models import Alert, Change, Kind, OptOut
from monolith.interests.models import Favourite
from monolith.listings import services as listings
from monolith.listings.models import Listing
from tests.monolith.alerts.conftest import MakeSearch, Work

pytestmark = pytest.mark.django_db
PAGE = "/account/notifications/"


def link(subscription: Subscription) -> str:
    return f"/unsubscribe/{links.token(subscription)}/"


@pytest.fixture
def mails(listing: Listing, favourite: Favourite, work: Work) -> list[Alert]:
    """Have two mails sent, the second about a home that is withdrawn."""
    listings.reprice(listing.pk, 90_000)
    work()
    listings.change_status(listing.pk, "withdrawn")
    return work()


def test_strangers_log_in_first(client: Client) -> None:
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
    assert client.post(PAGE, {"wanted": "match"}).status_code == 302
    assert not OptOut.objects.exists()


def test_all_kinds_are_on_until_one_says_otherwise(buyer_client: Client, keeper: User) -> None:
    page = buyer_client.get(PAGE)
    assert page.content.decode().count(" checked") == len(Kind)
    assert page["Cache-Control"].startswith("max-age=0")
    answer = buyer_client.post(PAGE, {"wanted": ["match", "digest"]}, follow=True)
    assert "Your choice is saved." in answer.content.decode()
    assert answer.content.decode().count(" checked") == 2
    kinds = OptOut.objects.filter(account=keeper).order_by("kind")
    assert list(kinds.values_list("kind", flat=True)) == ["price", "status"]
    buyer_client.post(PAGE, {"wanted": Kind.values})
    assert not OptOut.objects.exists()


def test_a_kind_that_we_do_not_know_is_explained(buyer_client: Client) -> None:
    for value in ("gossip", "\x00", "9" * 1000):
        answer = buyer_client.post(PAGE, {"wanted": ["match", value]})
        assert answer.status_code == 400
        assert "is not one of the available choices" in answer.content.decode()
    assert not OptOut.objects.exists()


def test_the_page_shows_what_was_sent_to_oneself(
    buyer_client: Client,
    agent_client: Client,
    mails: list[Alert],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    # Session, user, groups of header and cookie, opt-outs, count, page with its homes.
    with django_assert_max_num_queries(7):
        page = buyer_client.get(PAGE).content.decode()
    assert page.count("<time") == 2
    assert "Plain home: now $90,000" in page
    assert buyer_client.get(f"{PAGE}?page=zzz").status_code == 200
    assert "Plain home" not in agent_client.get(PAGE).content.decode()


def test_a_link_asks_first_and_ends_the_kind_on_post(client: Client, keeper: User) -> None:
    address = link(Subscription(keeper.pk, kind="price"))
    assert "lower prices of my favourite homes" in client.get(address).content.decode()
    assert not OptOut.objects.exists()
    for _ in range(2):
        assert "You are unsubscribed" in client.post(address).content.decode()
    assert [(row.account, row.kind) for row in OptOut.objects.all()] == [(keeper, "price")]


def test_a_mail_program_unsubscribes_with_one_click(keeper: User, make_search: MakeSearch) -> None:
    search = make_search()
    program = Client(enforce_csrf_checks=True)
    answer = program.post(
        link(Subscription(keeper.pk, search_id=search.pk)), {"List-Unsubscribe": "One-Click"}
    )
    assert answer.status_code == 200
    search.refresh_from_db()
    assert (search.frequency, search.version) == ("none", 2)


def test_a_link_for_a_search_that_is_gone_does_no_harm(client: Client, keeper: User) -> None:
    address = link(Subscription(keeper.pk, search_id=7))
    assert (client.get(address).status_code, client.post(address).status_code) == (200, 200)


def test_nobody_ends_the_search_of_somebody_else(
    client: Client, agent: User, make_search: MakeSearch
) -> None:
    search = make_search()
    client.post(link(Subscription(agent.pk, search_id=search.pk)))
    search.refresh_from_db()
    assert search.frequency == "instant"


@pytest.mark.parametrize(
    "token",
    ["1.price", "1.price:forged", "%00", "%ff%fe", "x" * 3000, "1.price:", "é:ü"],
)
def test_a_link_that_we_did_not_sign_is_refused(client: Client, token: str) -> None:
    for answer in (client.get(f"/unsubscribe/{token}/"), client.post(f"/unsubscribe/{token}/")):
        assert answer.status_code == 400
        assert "This link is not valid" in answer.content.decode()


def test_a_token_for_one_account_says_nothing_for_another(client: Client, keeper: User) -> None:
    signature = links.token(Subscription(keeper.pk, kind="price")).partition(":")[2]
    assert client.post(f"/unsubscribe/{keeper.pk + 1}.price:{signature}/").status_code == 400


def test_a_person_takes_their_mails_along_and_leaves_none(
    buyer_client: Client, client: Client, keeper: User, mails: list[Alert]
) -> None:
    OptOut.objects.create(account=keeper, kind="digest")
    data = buyer_client.get("/account/export/").json()["alerts"]
    assert [mail["subject"] for mail in data["mails"]] == [
        "Plain home: now $90,000",
        "Plain home: withdrawn",
    ]
    assert [kind["kind"] for kind in data["switched_off"]] == ["digest"]
    accounts.delete(keeper.pk)
    assert not Alert.objects.exists()
    assert client.post(link(Subscription(keeper.pk, kind="price"))).status_code == 400
    assert not OptOut.objects.exists()


def test_staff_look_at_everything_and_try_again_what_failed(
    client: Client, agent: User, mails: list[Alert]
) -> None:
    agent.is_staff = agent.is_superuser = True
    agent.save()
    client.force_login(agent)
    for model in (Alert, Change, OptOut):
        assert model in site._registry
        name = model._meta.model_name
        assert client.get(f"/admin/alerts/{name}/?q=1").status_code == 200
        assert client.get(f"/admin/alerts/{name}/add/").status_code == 403
    assert client.get(f"/admin/alerts/alert/{mails[0].pk}/change/").status_code == 200
    Alert.objects.filter(pk=mails[0].pk).update(state="failed", attempts=8, reason="x")
    chosen = [mail.pk for mail in mails]
    client.post("/admin/alerts/alert/", {"action": "try_again", "_selected_action": chosen})
    states = list(Alert.objects.order_by("id").values_list("state", "attempts"))
    assert states == [("planned", 0), ("sent", 0)]
