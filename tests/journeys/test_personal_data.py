"""Nothing personal is in any topic in the clear, and a destroyed key opens nothing."""

import re

import httpx
import psycopg
import pytest

from cdc.contracts.envelope import Envelope
from cdc.contracts.events import ContactChanged
from cdc.contracts.personal import reveal
from cdc.contracts.sealed import PersonErased
from cdc.contracts.topics import TOPICS
from consumers.runtime.person_keys import HttpKeys
from stack.hops import headers_of
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

# The site knows addresses and names, and no telephone numbers.
PEOPLE = """
SELECT email, display_name FROM accounts_user
UNION SELECT email, name FROM enquiries_enquiry
UNION SELECT name, message FROM enquiries_enquiry
UNION SELECT note, note FROM purchases_offer
"""
JOIN = """
from monolith.accounts import links, services
from monolith.accounts.models import User
services.register("quintessa.zyx@example.org")
user = User.objects.get(email="quintessa.zyx@example.org")
token = links.sign(links.CONFIRM, account=user.pk, email=user.email)
services.confirm(token, display_name="Quintessa Zyx", password="correct horse battery")
services.rename(user.pk, "Quintessa Zyxwv")
print("account", user.pk)
"""


def test_no_topic_holds_a_name_or_an_address(stack: Stack) -> None:
    stack.manage("shell", "-c", JOIN)
    stack.manage("simulate", "--rate", "40", "--seconds", "4", "--seed", "11")
    with psycopg.connect(stack.environment()["MONOLITH_DATABASE_URL"]) as monolith:
        people = monolith.execute(PEOPLE).fetchall()
    needles = {text.lower().encode() for row in people for text in row if len(text) > 5}
    stack.wait_until(lambda: bool(contacts(stack)))

    assert b"quintessa zyxwv" in needles
    for topic in TOPICS:
        for record in stack.records(topic.name):
            bytes_of_it = b" ".join([record.key() or b"", record.value() or b""]).lower()
            bytes_of_it += str(headers_of(record)).lower().encode()
            found = [needle for needle in needles if needle in bytes_of_it]
            assert not found, (topic.name, record.offset(), found)


def test_an_erased_person_is_confirmed_by_every_consumer(stack: Stack) -> None:
    person = stack.manage("shell", "-c", JOIN.replace("quintessa.", "other.")).split()[-1]
    keys = HttpKeys(
        stack.url("monolith", "/internal/person-keys"), stack.environment()["PERSON_KEYS_TOKEN"]
    )
    stack.wait_until(lambda: person in contacts(stack))
    assert reveal(contacts(stack)[person], "name", keys) == "Quintessa Zyxwv"
    keys.close()

    said = stack.manage("erase", person)

    assert "key destroyed" in said
    answers = receipts(said)
    assert set(answers) == {"notifications", "search"}
    assert answers["search"] == 0
    assert receipts(stack.manage("erase", person)) == answers, "asked again, it says it again"
    keys = HttpKeys(
        stack.url("monolith", "/internal/person-keys"), stack.environment()["PERSON_KEYS_TOKEN"]
    )
    with pytest.raises(PersonErased):
        reveal(contacts(stack)[person], "name", keys)
    keys.close()
    assert stack.try_manage("erase", "999999999").returncode == 1


def test_the_keys_are_not_to_be_had_through_the_gateway(stack: Stack) -> None:
    for path in ("/internal/person-keys/1", "/internal/"):
        assert httpx.get(stack.url("gateway", path)).status_code == 404
    assert httpx.get(stack.url("monolith", "/internal/person-keys/1")).status_code == 401


def receipts(said: str) -> dict[str, int]:
    """Return how much each consumer removed, by what the command printed."""
    return {name: int(count) for name, count in re.findall(r"^(\w+): (\d+) removed$", said, re.M)}


def contacts(stack: Stack) -> dict[str, ContactChanged]:
    """Return the newest contact of each person in Kafka."""
    found: dict[str, ContactChanged] = {}
    for record in stack.records("account.events"):
        headers = {name: text.encode() for name, text in headers_of(record).items()}
        event = Envelope.from_record(headers, record.value() or b"").payload
        if isinstance(event, ContactChanged):
            found[event.aggregate_id] = event
    return found
