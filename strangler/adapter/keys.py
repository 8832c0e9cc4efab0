"""The keys of the identity cookie: one signs, and every one that is trusted verifies.

On the line: the monolith signs with the private key; the gateway and the services verify with
the public ones, so that a new key is known everywhere before it signs. Enters: PEM files, read
again whenever they have changed. Leaves: keys, each with its short id.
"""

import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


class KeyFileError(ValueError):
    """A key file is missing, unreadable or of another kind; the message is one line."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Verifies; ``id`` is the first 16 hex digits of the SHA-256 of its DER form."""

    id: str
    key: ec.EllipticCurvePublicKey = field(compare=False)


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """Signs; carries the public half that verifies what it signed."""

    key: ec.EllipticCurvePrivateKey
    public: PublicKey


# Newest first; what any of them has signed is believed.
Trusted = tuple[PublicKey, ...]

# When a file was changed, and its size.
_Stamp = tuple[int, int]
_PUBLIC = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)


def trusted_keys(path: str) -> Trusted:
    """Return the public keys of a PEM file, one or more; raises ``KeyFileError``."""
    return _trusted(path, _stamp(path))


def private_key(path: str) -> PrivateKey:
    """Return the private key of a PEM file; raises ``KeyFileError``."""
    return _private(path, _stamp(path))


@lru_cache(maxsize=16)
def _trusted(path: str, _: _Stamp) -> Trusted:
    found = _PUBLIC.findall(_read(path))
    if not found:
        raise KeyFileError(f"{path} holds no public key in PEM form")
    return tuple(_public(path, pem) for pem in found)


def _public(path: str, pem: bytes) -> PublicKey:
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError as error:
        raise KeyFileError(f"{path} holds a public key that cannot be read") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise KeyFileError(f"{path} holds a key that is not an EC P-256 key")
    return named(key)


@lru_cache(maxsize=16)
def _private(path: str, _: _Stamp) -> PrivateKey:
    pem = _read(path)
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise KeyFileError(f"{path} is not an unencrypted private key in PEM form") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise KeyFileError(f"{path} is not an EC P-256 key")
    return PrivateKey(key, named(key.public_key()))


def named(key: ec.EllipticCurvePublicKey) -> PublicKey:
    """Give a public key its id."""
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return PublicKey(sha256(der).hexdigest()[:16], key)


def _stamp(path: str) -> _Stamp:
    try:
        told = os.stat(path)
    except OSError as error:
        raise _unreadable(path, error) from error
    return told.st_mtime_ns, told.st_size


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: str, error: OSError) -> KeyFileError:
    return KeyFileError(f"key file {path}: {(error.strerror or str(error)).lower()}")
