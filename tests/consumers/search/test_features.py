"""Each feature of the search is decided for who asks, and is off when nobody decides."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from openfeature import api
from openfeature.provider.in_memory_provider import InMemoryProvider
from pytest_django import Settings

from consumers.runtime.web.identity import Identity
from consumers.search import features
from consumers.search.features import Feature, is_on, on_of, switched_on


@pytest.fixture
def as_before() -> Iterator[None]:
    yield
    features.use_settings()


def request_of(identity: Identity) -> HttpRequest:
    request = HttpRequest()
    request.identity = identity  # type: ignore[attr-defined]
    return request


@pytest.mark.usefixtures("as_before")
def test_what_the_settings_name_is_on_and_all_else_is_off() -> None:
    api.set_provider(switched_on(["search-typos"]), "search")
    request = request_of(Identity())
    assert is_on(Feature.TYPOS, request)
    assert not any(is_on(each, request) for each in Feature if each is not Feature.TYPOS)


@pytest.mark.usefixtures("as_before")
def test_a_provider_that_knows_no_feature_switches_none_on() -> None:
    api.set_provider(InMemoryProvider({}), "search")
    assert not any(is_on(each, request_of(Identity())) for each in Feature)


@pytest.mark.usefixtures("as_before")
def test_the_settings_may_name_a_provider_that_decides_for_who_asks(
    settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "flags.json"
    whom = {"percent": "0", "groups": ["pilot"], "staff": True}
    file.write_text(json.dumps({"revision": 1, "flags": {"search-typos": whom}}))
    settings.SEARCH_FLAG_PROVIDER = "strangler.provider.FileProvider"
    settings.SEARCH_FLAG_SOURCE = str(file)
    features.use_settings()
    assert is_on(Feature.TYPOS, request_of(Identity(groups=frozenset({"pilot"}))))
    assert is_on(Feature.TYPOS, request_of(Identity(is_staff=True)))
    assert not is_on(Feature.TYPOS, request_of(Identity()))
    assert not is_on(Feature.SYNONYMS, request_of(Identity(is_staff=True)))
    settings.SEARCH_FLAG_PROVIDER = ""


@pytest.mark.usefixtures("as_before")
@pytest.mark.parametrize(("percent", "reached"), [("99.9", set()), ("100", set(Feature))])
def test_who_has_no_identity_is_in_no_share_but_the_whole(
    settings: Settings, tmp_path: Path, percent: str, reached: set[Feature]
) -> None:
    file = tmp_path / "flags.json"
    shares = {each: {"percent": percent, "groups": [], "staff": False} for each in Feature}
    file.write_text(json.dumps({"revision": 1, "flags": shares}))
    settings.SEARCH_FLAG_PROVIDER = "strangler.provider.FileProvider"
    settings.SEARCH_FLAG_SOURCE = str(file)
    features.use_settings()
    assert on_of(Feature, request_of(Identity())) == reached
    assert on_of(Feature, request_of(Identity(sub="v:1", bucket=0)))
    settings.SEARCH_FLAG_PROVIDER = ""


def test_a_provider_that_is_none_is_refused(settings: Settings) -> None:
    settings.SEARCH_FLAG_PROVIDER = "nowhere.Provider"
    with pytest.raises(ImproperlyConfigured, match="SEARCH_FLAG_PROVIDER: No module named"):
        features.use_settings()


def test_a_name_that_is_no_feature_is_refused_with_those_that_are() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"search-tpyos; there are search-cursors, "):
        switched_on(["search-tpyos"])


@pytest.mark.usefixtures("as_before")
def test_what_is_settled_is_what_the_provider_would_say() -> None:
    settled = switched_on(["search-typos", "search-cursors"])
    api.set_provider(settled, "search")
    client = api.get_client("search")
    said = {each for each in Feature if client.get_boolean_value(each, False)}
    assert said == settled.on == on_of(Feature, request_of(Identity()))
