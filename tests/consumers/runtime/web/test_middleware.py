"""Identity and freshness, on the service's own pages."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from consumers.runtime.web.identity import Identity, identity_of, mark_of
from consumers.runtime.web.tokens import trusted_keys
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine, Sign

Answer = Any
ADA = {"sub": "u:3", "bucket": 7, "name": "Ada", "staff": True, "groups": ",agents,pilot,"}


@pytest.fixture
def browser(line: SearchLine, search_client: Client) -> Client:
    line.save(row(version=5))
    line.run()
    return search_client


def get(browser: Client, **cookies: str) -> Answer:
    browser.cookies.clear()
    for name, value in cookies.items():
        browser.cookies[name] = value
    return browser.get("/search")


def foreign_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_without_cookies_nobody_in_particular_asks(browser: Client) -> None:
    answer = get(browser)
    assert answer.status_code == 200
    assert "Log in" in answer.content.decode()


def test_the_header_names_whom_the_monolith_signed(browser: Client, sign: Sign) -> None:
    token = sign(**ADA, session=mark_of("abc"))
    text = get(browser, banyan_id=token, sessionid="abc").content.decode()
    assert '<a class="name" href="/account/">Ada</a>' in text
    assert "My listings" in text
    assert "/admin/" in text
    assert "csrfmiddlewaretoken" in text


def test_a_visitor_keeps_being_one(browser: Client, sign: Sign) -> None:
    answer = get(browser, banyan_id=sign(sub="v:0f", bucket=1))
    assert answer.status_code == 200
    assert "Log in" in answer.content.decode()


def test_a_session_that_disagrees_with_the_identity_is_the_monoliths_to_judge(
    browser: Client, sign: Sign
) -> None:
    written_in_abc = sign(**ADA, session=mark_of("abc"))
    over = sign(-1, **ADA, session=mark_of("abc"))
    forged = sign(key=foreign_key(), **ADA, session=mark_of("abc"))
    doubtful: list[Mapping[str, str]] = [
        {"sessionid": "abc"},
        {"sessionid": "xyz", "banyan_id": written_in_abc},
        {"banyan_id": written_in_abc},
        {"sessionid": "abc", "banyan_id": over},
        {"sessionid": "abc", "banyan_id": forged},
        {"sessionid": "abc", "banyan_id": "nonsense"},
    ]
    for cookies in doubtful:
        answer = get(browser, **cookies)
        assert answer.status_code == 425, cookies
        assert answer["X-Banyan-Reason"] == "identity"
        assert answer["X-Served-By"] == "search"


def test_an_unsigned_identity_makes_nobody_of_its_bearer(sign: Sign) -> None:
    from django.conf import settings

    for token in ("", "nonsense", sign(key=foreign_key(), **ADA)):
        found = identity_of(
            {"banyan_id": token}, settings.IDENTITY_PUBLIC_KEY_FILE, settings.SESSION_COOKIE_NAME
        )
        assert found == Identity()


def test_a_write_that_was_projected_is_served(browser: Client, sign: Sign) -> None:
    assert get(browser, banyan_fresh=sign(pairs={"listing": {"12": 5}})).status_code == 200
    assert get(browser, banyan_fresh=sign(pairs={"listing": {"12": 4}})).status_code == 200
    assert get(browser, banyan_fresh=sign(pairs={"account": {"3": 99}})).status_code == 200
    assert get(browser, banyan_fresh=sign(pairs={}, hold=int(time.time()))).status_code == 200


def test_a_write_that_was_not_projected_yet_goes_to_the_monolith(
    browser: Client, sign: Sign
) -> None:
    behind = [
        sign(pairs={"listing": {"12": 6}}),
        sign(pairs={"listing": {"13": 1}}),
        sign(pairs={}, hold=int(time.time()) + 60),
        sign(pairs={"listing": {"x": 1}}),
        sign(pairs={"listing": 1}),
        sign(key=foreign_key(), pairs={}),
        "nonsense",
    ]
    for token in behind:
        answer = get(browser, banyan_fresh=token)
        assert answer.status_code == 425, token
        assert answer["X-Banyan-Reason"] == "behind"


def test_a_freshness_that_is_over_demands_nothing(browser: Client, sign: Sign) -> None:
    assert get(browser, banyan_fresh=sign(-1, pairs={"listing": {"12": 6}})).status_code == 200


def test_a_fulfilled_demand_is_cleared_and_one_that_is_not_stays(
    browser: Client, sign: Sign
) -> None:
    seen, unseen = sign(pairs={"listing": {"12": 5}}), sign(pairs={"listing": {"12": 6}})
    cleared = get(browser, banyan_fresh_a=seen, banyan_fresh_b=seen)
    assert {name for name, each in cleared.cookies.items() if not each.value} == {
        "banyan_fresh_a",
        "banyan_fresh_b",
    }
    assert "private" in cleared["Cache-Control"]
    assert not get(browser, banyan_fresh_a=seen, banyan_fresh_b=unseen).cookies


def test_who_is_not_the_only_reader_clears_nothing(
    browser: Client, sign: Sign, settings: Settings
) -> None:
    settings.FRESHNESS_CLEARS = False
    assert not get(browser, banyan_fresh_a=sign(pairs={"listing": {"12": 5}})).cookies


def test_probes_are_answered_to_anybody(browser: Client) -> None:
    browser.cookies["sessionid"] = "abc"
    browser.cookies["banyan_fresh"] = "nonsense"
    for address in ("/healthz", "/readyz", "/_projection/listing/12"):
        assert browser.get(address).status_code == 200


def test_a_missing_public_key_is_named_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="IDENTITY_PUBLIC_KEY_FILE"):
        trusted_keys(str(tmp_path / "none.pem"))
