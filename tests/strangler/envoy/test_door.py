"""What the door is made by: a certificate and its key, or neither."""

from pathlib import Path

import pytest

from strangler.envoy.door import Certificate, CertificateError, certificate


def test_a_certificate_is_named_with_its_key() -> None:
    assert certificate("chain.pem:key.pem") == Certificate(Path("chain.pem"), Path("key.pem"))
    assert certificate("") is None


@pytest.mark.parametrize("text", ["chain.pem", "chain.pem:", ":key.pem"])
def test_a_certificate_without_its_key_is_refused_rather_than_left_out(text: str) -> None:
    with pytest.raises(CertificateError, match="is not CHAIN.pem:KEY.pem"):
        certificate(text)
