"""The provider over HTTP: it follows by itself, and what it knows outlives both sides."""

from functools import partial
from pathlib import Path

import pytest
from openfeature.exception import FlagNotFoundError

from stack.readiness import wait
from strangler import declared
from strangler.audience import Audience, audience
from strangler.provider import FileProvider
from strangler.publication import published
from strangler.remote import RemoteProvider
from strangler.snapshot import Snapshot
from tests.strangler.control_plane import ControlPlane


def told(whom: Audience) -> str:
    return published([declared.Flag("mail-side", "x", "x", whom)], [], Snapshot())


def is_on(provider: FileProvider) -> bool:
    try:
        return provider.resolve_boolean_details("mail-side", False).value
    except FlagNotFoundError:
        return False


def agrees(provider: FileProvider, expected: bool) -> bool:
    return is_on(provider) is expected


def test_a_change_is_felt_without_anybodys_word(tmp_path: Path) -> None:
    with ControlPlane() as plane:
        plane.text = told(audience(0))
        provider = RemoteProvider(f"{plane.url} {tmp_path / 'kept' / 'flags.json'}")
        for share in (100, 0, 100):
            plane.text = told(audience(share))
            assert wait(partial(agrees, provider, share == 100), 10)
        provider.shutdown()


def test_what_is_known_outlives_the_control_plane_and_the_process(tmp_path: Path) -> None:
    with ControlPlane() as plane:
        plane.text = told(audience(100))
        source = f"{plane.url} {tmp_path / 'flags.json'}"
        before = RemoteProvider(source)
        before.ask()
    after = RemoteProvider(source)
    assert is_on(after)
    after.ask()
    assert is_on(after)
    for provider in (before, after):
        provider.shutdown()


def test_an_unchanged_text_is_not_sent_again(tmp_path: Path) -> None:
    with ControlPlane() as plane:
        plane.text = told(audience(100))
        provider = RemoteProvider(f"{plane.url} {tmp_path / 'flags.json'}")
        for _ in range(3):
            provider.ask()
        assert plane.sent == 1
        plane.text = told(audience(0))
        provider.ask()
        assert plane.sent == 2


def test_a_control_plane_that_is_away_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with ControlPlane() as plane:
        provider = RemoteProvider(f"{plane.url} {tmp_path / 'flags.json'}")
        for text in (None, None, told(audience(100)), None):
            plane.text = text
            provider.ask()
    assert [record.message.count("unheard") for record in caplog.records] == [1, 1]


def test_a_source_names_the_file_too() -> None:
    with pytest.raises(ValueError, match="not an address, a space and a file"):
        RemoteProvider("http://127.0.0.1:8010/api/flags.json")
