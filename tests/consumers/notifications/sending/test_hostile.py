"""Bad input: titles, addresses and tokens of people who mean harm."""

import pytest
from django.core import mail

from consumers.notifications.ledger.models import State
from consumers.notifications.sending import delivery, links
from consumers.notifications.sending.links import LinkNotValid, Subscription
from tests.consumers.notifications.conftest import World, html_of, outcome


@pytest.mark.django_db
def test_a_title_with_line_breaks_adds_no_header(world: World) -> None:
    world.home.title = "Ranch\r\nBcc: everybody@example.org\n\nHello"
    world.home.save()

    delivery.look(world.keeper().pk)

    (sent,) = mail.outbox
    assert sent.subject == "Ranch Bcc: everybody@example.org Hello: now $185,000"
    assert "Bcc" not in sent.message()
    assert sent.recipients() == ["person1@example.org"]


@pytest.mark.django_db
def test_hostile_text_is_text_in_a_mail(world: World) -> None:
    world.home.title = '<script>alert("x")</script>{{ site }}'
    world.home.slug = '"><img src=x>'
    world.home.save()

    delivery.look(world.keeper().pk)

    (sent,) = mail.outbox
    html = html_of(sent)
    assert "<script" not in html
    assert "<img" not in html
    assert "{{ site }}" in html
    assert '<script>alert("x")</script>' in sent.body


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["ann@example.org\nBcc: bob@example.org", "ann@", "", "@", "ann bob", "a" * 400]
)
def test_a_broken_address_is_no_mail_and_not_tried_again(world: World, address: str) -> None:
    planned = world.keeper(email=address or " ")

    delivery.look(planned.pk)

    assert mail.outbox == []
    assert outcome(planned)[0] == State.FAILED


def test_a_link_says_whose_it_is_and_nothing_else_is_believed() -> None:
    token = links.token(Subscription(7, "price"))

    assert links.read(token) == Subscription(7, "price")
    for wrong in (
        *("", "7.price", token[:-1], token + "x", token.replace("7.", "8.", 1)),
        *(token.replace("price", "match"), f"{token}:{token}"),
        # What nobody may leave, as somebody waits for it.
        links.token(Subscription(7, "enquiry")),
    ):
        with pytest.raises(LinkNotValid):
            links.read(wrong)
