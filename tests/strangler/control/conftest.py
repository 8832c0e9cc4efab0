"""A control plane with a folder of its own and the project's routes."""

from pathlib import Path

import pytest
from pytest_django import Settings

from strangler import routes
from strangler.adapter import key_files
from strangler.envoy.clusters import Address
from strangler.envoy.configuration import Configuration
from strangler.routes import Route


@pytest.fixture
def config(tmp_path: Path, settings: Settings) -> Configuration:
    key_files.create_pair(tmp_path / "private.pem", tmp_path / "public.pem")
    settings.IDENTITY_PRIVATE_KEY_FILE = str(tmp_path / "private.pem")
    settings.IDENTITY_PUBLIC_KEY_FILE = str(tmp_path / "public.pem")
    settings.STRANGLER = Configuration(
        folder=tmp_path / "envoy",
        listen=Address("127.0.0.1", 1),
        admin=Address("127.0.0.1", 1),
        places={name: Address("127.0.0.1", 1) for name in ("monolith", "search")},
        routes_file=Path(routes.__file__).with_name("routes.toml"),
        public_key_file=str(tmp_path / "public.pem"),
    )
    assert isinstance(settings.STRANGLER, Configuration)
    return settings.STRANGLER


@pytest.fixture
def search(config: Configuration) -> Route:
    (route,) = config.routes()
    return route
