"""What an adopting site is told at start."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from strangler.adapter import key_files
from strangler.adapter import settings as adapter_settings
from strangler.adapter.checks import ADAPTER, AUTHENTICATION, check_adapter

PRIVATE, PUBLIC = "IDENTITY_PRIVATE_KEY_FILE", "IDENTITY_PUBLIC_KEY_FILE"


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


@pytest.mark.parametrize("name", [PRIVATE, PUBLIC])
def test_a_key_file_set_to_nothing_is_told(settings: Settings, name: str) -> None:
    setattr(settings, name, "")
    assert ids() == ["strangler.E001"]


@pytest.mark.parametrize("of_type", [Path, str])
def test_keys_are_looked_for_in_the_project_unless_they_are_set(
    settings: Settings, tmp_path: Path, of_type: type[Path] | type[str]
) -> None:
    settings.BASE_DIR = of_type(tmp_path / "site")
    files = tmp_path / "site/identity-private.pem", tmp_path / "site/identity-public.pem"
    assert adapter_settings.key_paths() == (tmp_path / "private.pem", tmp_path / "public.pem")
    delattr(settings, PRIVATE)
    assert adapter_settings.key_paths() == (files[0], tmp_path / "public.pem")
    delattr(settings, PUBLIC)
    assert adapter_settings.key_paths() == files
    assert ids() == ["strangler.E001"]
    call_command("identity_keys")
    assert ids() == []


def test_one_file_of_the_pair_may_be_kept_elsewhere(settings: Settings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path / "site"
    delattr(settings, PUBLIC)
    call_command("identity_keys")
    assert (tmp_path / "site/identity-public.pem").read_bytes() == (
        tmp_path / "public.pem"
    ).read_bytes()
    assert ids() == []


@pytest.mark.parametrize("name", [PRIVATE, PUBLIC])
def test_a_project_without_a_folder_is_told_which_setting_to_give(
    settings: Settings, name: str
) -> None:
    del settings.BASE_DIR
    assert ids() == []
    delattr(settings, name)
    (told,) = check_adapter()
    assert f"set {name}, or BASE_DIR" in told.msg
    with pytest.raises(CommandError, match=f"set {name}, or BASE_DIR"):
        call_command("identity_keys")


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
