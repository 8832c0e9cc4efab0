"""What an adopting site is told at start."""

from pathlib import Path

import pytest
from pytest_django import Settings

from strangler.adapter import key_files
from strangler.adapter.checks import ADAPTER, AUTHENTICATION, check_adapter


@pytest.fixture(autouse=True)
def good(settings: Settings, tmp_path: Path) -> None:
    key_files.create_pair(tmp_path / "private.pem", tmp_path / "public.pem")
    settings.IDENTITY_PRIVATE_KEY_FILE = str(tmp_path / "private.pem")
    settings.IDENTITY_PUBLIC_KEY_FILE = str(tmp_path / "public.pem")
    settings.FRESHNESS_MODELS = {}
    settings.MIDDLEWARE = [AUTHENTICATION, ADAPTER]


def ids() -> list[str]:
    return [str(message.id) for message in check_adapter()]


def test_good_settings_pass() -> None:
    assert ids() == []


def test_missing_keys_are_told(settings: Settings) -> None:
    settings.IDENTITY_PRIVATE_KEY_FILE = None
    assert ids() == ["strangler.E001"]


def test_two_halves_that_do_not_fit_are_told(settings: Settings, tmp_path: Path) -> None:
    key_files.create_pair(tmp_path / "b" / "private.pem", tmp_path / "b" / "public.pem")
    settings.IDENTITY_PUBLIC_KEY_FILE = str(tmp_path / "b" / "public.pem")
    assert ids() == ["strangler.E001"]


@pytest.mark.parametrize("label", ["nowhere.Model", "auth.Group", "nonsense"])
def test_a_tracked_model_that_has_no_version_is_told(settings: Settings, label: str) -> None:
    settings.FRESHNESS_MODELS = {label: "x"}
    assert ids() == ["strangler.E002"]


def test_the_middleware_left_out_or_misplaced_is_told(settings: Settings) -> None:
    settings.MIDDLEWARE = [AUTHENTICATION]
    assert ids() == ["strangler.E003"]
    settings.MIDDLEWARE = [ADAPTER, AUTHENTICATION]
    assert ids() == ["strangler.E004"]


def test_an_existing_private_key_is_never_replaced(tmp_path: Path) -> None:
    before = (tmp_path / "private.pem").read_bytes()
    (tmp_path / "public.pem").unlink()
    assert not key_files.create_pair(tmp_path / "private.pem", tmp_path / "public.pem")
    assert (tmp_path / "private.pem").read_bytes() == before
    assert ids() == []
