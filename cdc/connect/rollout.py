"""Bring the running connectors to what is declared, one after the other.

Enters: declared configurations. Leaves: differences to what runs, secrets masked; connectors
that run as declared. Connect is asked about every configuration before the first is changed,
so that one wrong setting changes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cdc.connect.client import ConfigurationRefused, ConnectClient
from cdc.connect.connectors import Config

_SECRETS = ("password", "secret", "token", "sasl.jaas")
_MASK = "********"


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that runs otherwise than declared; None means that it is not there."""

    connector: str
    setting: str
    running: str | None
    declared: str | None

    def __str__(self) -> str:
        return f"{self.connector}: {self.setting}: {self._shown(self.running)} -> " + self._shown(
            self.declared
        )

    def _shown(self, value: str | None) -> str:
        if value is None:
            return "(not set)"
        return _MASK if any(word in self.setting for word in _SECRETS) else value


def plan(client: ConnectClient, declared: Mapping[str, Config]) -> list[Difference]:
    """Return what `apply` would change."""
    return [
        difference
        for name, config in declared.items()
        for difference in differences(name, client.configuration(name), config)
    ]


def differences(name: str, running: Config, declared: Config) -> list[Difference]:
    """Compare one connector's two configurations, by setting."""
    return [
        Difference(name, setting, running.get(setting), declared.get(setting))
        for setting in sorted(running.keys() | declared.keys())
        if running.get(setting) != declared.get(setting)
    ]


def validate(client: ConnectClient, declared: Mapping[str, Config]) -> None:
    """Raise ``ConfigurationRefused`` with everything that Connect has against any setting."""
    found = [each for name in declared for each in client.objections(name, declared[name])]
    if found:
        told = "\n".join(f"  {each}" for each in found)
        raise ConfigurationRefused(f"Nothing was changed. Connect refuses:\n{told}")


def apply(
    client: ConnectClient, declared: Mapping[str, Config], timeout_s: float = 60
) -> Iterator[tuple[str, bool]]:
    """Change each and wait until it runs; yield (name, whether it had to change).

    The next one is left as it is when one does not come up, so that half of the capture
    goes on: raises ``ConnectError``.
    """
    for name, config in declared.items():
        is_changed = client.apply(name, config)
        client.wait_until_running(name, timeout_s)
        yield name, is_changed
