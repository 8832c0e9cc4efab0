"""The part of the gateway's configuration that stays as it is."""

from pathlib import Path

import pytest
from django.conf import settings

from strangler.adapter.keys import trusted_keys
from strangler.envoy.bootstrap import bootstrap
from strangler.envoy.clusters import Address
from strangler.envoy.door import Door


@pytest.mark.parametrize(
    ("admin", "bound"),
    [("127.0.0.1", "127.0.0.1"), ("gateway", "0.0.0.0"), ("::1", "::1")],
)
def test_the_admin_listens_on_its_address_or_where_its_name_leads(
    admin: str, bound: str, tmp_path: Path
) -> None:
    key = trusted_keys(settings.IDENTITY_PUBLIC_KEY_FILE)
    door = Door(Address("127.0.0.1", 8000), Address(admin, 9901), tmp_path, key)

    place = bootstrap(door)["admin"]["address"]["socket_address"]

    assert (place["address"], place["port_value"]) == (bound, 9901)
