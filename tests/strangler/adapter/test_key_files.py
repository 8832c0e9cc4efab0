"""A key takes another's place, and no cookie in use is ever strange to whoever verifies it."""

import time
from pathlib import Path

import pytest

from consumers.runtime.web.tokens import InvalidToken, verified_claims
from strangler.adapter import identity, key_files
from strangler.adapter.identity import Person
from strangler.adapter.keys import KeyFileError, private_key, trusted_keys

ANNA = Person("u:7", name="Anna")
Files = tuple[Path, Path]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    made = tmp_path / "private.pem", tmp_path / "public.pem"
    key_files.create_pair(*made)
    return made


def cookie(files: Files) -> str:
    return identity.issue(ANNA, private_key(str(files[0])), int(time.time()))


def is_believed(files: Files, token: str) -> bool:
    """Ask the monolith's side and a service's, which must agree."""
    found = identity.verify(token, trusted_keys(str(files[1]))) is not None
    try:
        verified_claims(token, str(files[1]))
    except InvalidToken:
        assert not found
        return False
    assert found
    return True


def test_an_announced_key_is_trusted_before_it_signs(files: Files) -> None:
    first = private_key(str(files[0])).public
    following = key_files.announce(*files)
    assert trusted_keys(str(files[1])) == (following, first)
    assert private_key(str(files[0])).public == first
    assert key_files.announce(*files) == following


def test_cookies_of_both_keys_are_good_across_a_switch(files: Files) -> None:
    before = cookie(files)
    following = key_files.announce(*files)
    assert key_files.switch(*files) == following
    assert private_key(str(files[0])).public == following
    after = cookie(files)
    assert is_believed(files, before)
    assert is_believed(files, after)


def test_a_retired_key_is_believed_no_longer(files: Files) -> None:
    first, before = private_key(str(files[0])).public, cookie(files)
    key_files.announce(*files)
    key_files.switch(*files)
    key_files.retire(*files, first.id)
    assert not is_believed(files, before)
    assert is_believed(files, cookie(files))


def test_a_key_in_use_is_not_retired(files: Files) -> None:
    following = key_files.announce(*files)
    for key in (private_key(str(files[0])).public, following):
        with pytest.raises(KeyFileError, match="is the key in"):
            key_files.retire(*files, key.id)
    with pytest.raises(KeyFileError, match="no trusted key"):
        key_files.retire(*files, "0" * 16)


def test_nothing_is_switched_to_that_was_not_announced(files: Files) -> None:
    with pytest.raises(KeyFileError, match="no next key"):
        key_files.switch(*files)
    key_files.announce(*files)
    files[1].unlink()
    key_files.create_pair(*files)
    with pytest.raises(KeyFileError, match="announce it again"):
        key_files.switch(*files)


def test_a_key_file_that_breaks_leaves_a_service_what_it_read(files: Files) -> None:
    token = cookie(files)
    assert verified_claims(token, str(files[1]))["sub"] == "u:7"
    files[1].write_text("-----BEGIN PUBLIC KEY-----\nspoilt\n-----END PUBLIC KEY-----\n")
    assert verified_claims(token, str(files[1]))["sub"] == "u:7"
