"""The key pair of the identity cookie: made once, read once.

On the line: the monolith signs with the private half; the gateway and the services
verify with the public one. Enters: PEM files. Leaves: keys, each with its short id.
"""

import os
from dataclasses import dataclass, field
from functools import cache
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


@cache
def public_key(path: str) -> PublicKey:
    """Read the public key of a PEM file, once; raises ``KeyFileError``."""
    pem = _read(path)
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError as error:
        raise KeyFileError(f"{path} is not a public key in PEM form") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise KeyFileError(f"{path} is not an EC P-256 key")
    return _named(key)


@cache
def private_key(path: str) -> PrivateKey:
    """Read the private key of a PEM file, once; raises ``KeyFileError``."""
    pem = _read(path)
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise KeyFileError(f"{path} is not an unencrypted private key in PEM form") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise KeyFileError(f"{path} is not an EC P-256 key")
    return PrivateKey(key, _named(key.public_key()))


def create_pair(private: Path, public: Path) -> bool:
    """Create what is missing of the pair; return whether a new private key was made.

    A private key that exists is never replaced: every cookie in use hangs on it.
    Raises ``KeyFileError`` if it is no key.
    """
    made = not private.exists()
    if made:
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        _write(private, pem, mode=0o600)
    pem = private_key(str(private)).public.key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    if made or not public.exists():
        _write(public, pem, mode=0o644)
    return made


def _named(key: ec.EllipticCurvePublicKey) -> PublicKey:
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return PublicKey(sha256(der).hexdigest()[:16], key)


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise KeyFileError(f"key file {path}: {reason.lower()}") from error


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.draft")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
    draft.replace(path)
