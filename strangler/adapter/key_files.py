"""How the identity cookie's keys are made, and how one takes another's place.

On the line: before anything starts, and whenever an operator rotates. A rotation has three steps,
so that nobody meets a cookie that cannot be verified: the next key is announced to all who verify,
then it signs, and the one before is retired when no cookie hangs on it any more.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from .keys import KeyFileError, PublicKey, private_key, trusted_keys


def create_pair(private: Path, public: Path) -> bool:
    """Create what is missing of the pair; return whether a new private key was made.

    A private key that exists is never replaced: every cookie in use hangs on it.
    Raises ``KeyFileError`` if it is no key.
    """
    made = not private.exists()
    if made:
        _write_new_key(private)
    key = private_key(str(private)).public
    if made or not public.exists():
        _write_trusted(public, (key,))
    return made


def announce(private: Path, public: Path) -> PublicKey:
    """Make the next key and let it be trusted; it signs nothing yet.

    Called again it returns the one that was announced. Raises ``KeyFileError``.
    """
    trusted = trusted_keys(str(public))
    following = _next(private)
    if not following.exists():
        _write_new_key(following)
    key = private_key(str(following)).public
    if key not in trusted:
        _write_trusted(public, (key, *trusted))
    return key


def switch(private: Path, public: Path) -> PublicKey:
    """Let the announced key sign; what the one before signed stays good.

    Raises ``KeyFileError`` when none was announced.
    """
    following = _next(private)
    if not following.exists():
        raise KeyFileError("no next key was announced")
    key = private_key(str(following)).public
    if key not in trusted_keys(str(public)):
        raise KeyFileError(f"the next key {key.id} is not trusted: announce it again")
    following.replace(private)
    return key


def retire(private: Path, public: Path, key_id: str) -> None:
    """Trust a key no longer; raises ``KeyFileError`` for one that signs, will, or is not there."""
    trusted = trusted_keys(str(public))
    if key_id not in {key.id for key in trusted}:
        raise KeyFileError(f"no trusted key is named {key_id}")
    for file in (private, _next(private)):
        if file.exists() and private_key(str(file)).public.id == key_id:
            raise KeyFileError(f"{key_id} is the key in {file}")
    _write_trusted(public, tuple(key for key in trusted if key.id != key_id))


def _next(private: Path) -> Path:
    return private.with_name(f"{private.name}.next")


def _write_new_key(path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(path, pem, mode=0o600)


def _write_trusted(path: Path, trusted: tuple[PublicKey, ...]) -> None:
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    _write(path, b"".join(each.key.public_bytes(*form) for each in trusted), mode=0o644)


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.draft")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
    draft.replace(path)
