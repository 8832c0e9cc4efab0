"""Kafka Connect's REST API, as far as the connectors need it.

Enters: a connector's name and configuration. Leaves: requests to the Connect worker. Every
call is idempotent: applying what is already there changes and restarts nothing.

ConnectError
    ConfigurationRefused    settings that Connect does not take; nothing was changed
"""

import time
from dataclasses import dataclass
from typing import Any

import httpx

from cdc.connect.connectors import Config

_REBALANCE_S = 20


class ConnectError(Exception):
    """Kafka Connect is away, or refused a configuration; the text says which."""


class ConfigurationRefused(ConnectError):
    """Settings are wrong, each told by its name; no connector was changed."""


@dataclass(frozen=True, slots=True)
class Objection:
    """What Connect, or the connector itself, has against one setting."""

    connector: str
    setting: str
    reason: str

    def __str__(self) -> str:
        return f"{self.connector}: {self.setting}: {self.reason}"


@dataclass(frozen=True, slots=True)
class ConnectorStatus:
    """What Connect says of a connector; RUNNING alone does not prove that records flow."""

    name: str
    state: str
    trace: str

    @property
    def is_running(self) -> bool:
        """Tell whether the connector and its task both say RUNNING."""
        return self.state == "RUNNING"


class ConnectClient:
    """One Connect worker at ``url``."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=30)

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

    def configuration(self, name: str) -> Config:
        """Return a connector's configuration; empty when there is none."""
        config: Config = self._request("GET", f"/connectors/{name}/config", missing={})
        return {key: value for key, value in config.items() if key != "name"}

    def apply(self, name: str, config: Config) -> bool:
        """Create or update a connector; return whether anything had to change."""
        path = f"/connectors/{name}/config"
        current = self._request("GET", path, missing={})
        if current == {**config, "name": name}:
            return False
        self._request("PUT", path, json=config)
        return True

    def objections(self, name: str, config: Config) -> list[Objection]:
        """Ask what is wrong with a configuration, which changes nothing.

        Debezium tries the database on the way, so a wrong password is told here as well.
        """
        path = f"/connector-plugins/{config['connector.class']}/config/validate"
        answer = self._request("PUT", path, json={**config, "name": name})
        values = [each["value"] for each in answer["configs"]]
        return [Objection(name, each["name"], text) for each in values for text in each["errors"]]

    def pause(self, name: str) -> None:
        """Let the connector rest and keep its task; its slot holds the log back meanwhile."""
        self._request("PUT", f"/connectors/{name}/pause")

    def resume(self, name: str) -> None:
        """Let a paused or stopped connector go on."""
        self._request("PUT", f"/connectors/{name}/resume")

    def stop(self, name: str) -> None:
        """End the connector's task, which lets go of its slot."""
        self._request("PUT", f"/connectors/{name}/stop")

    def restart_failed(self, name: str) -> None:
        """Start again what has failed of the connector, and leave the rest alone."""
        chosen = {"includeTasks": "true", "onlyFailed": "true"}
        self._request("POST", f"/connectors/{name}/restart", params=chosen)

    def forget_offsets(self, name: str) -> None:
        """Let a stopped connector begin anew wherever its slot begins."""
        self._request("DELETE", f"/connectors/{name}/offsets")

    def delete(self, name: str) -> None:
        """Remove a connector; its slot and its offsets stay."""
        self._request("DELETE", f"/connectors/{name}", missing={})

    def status(self, name: str) -> ConnectorStatus:
        """Return the state of the connector and its only task; UNASSIGNED when none is there."""
        answer = self._request("GET", f"/connectors/{name}/status", missing={})
        tasks = answer.get("tasks") or [{"state": "UNASSIGNED"}]
        parts = [answer.get("connector", {"state": "UNASSIGNED"}), *tasks]
        worst = next((part for part in parts if part["state"] != "RUNNING"), parts[0])
        return ConnectorStatus(name, worst["state"], worst.get("trace", ""))

    def wait_until_running(self, name: str, timeout_s: float) -> None:
        """Return when the connector runs; raises ``ConnectError`` with its own last words."""
        self.wait_until(name, "RUNNING", timeout_s)

    def wait_until(self, name: str, state: str, timeout_s: float) -> None:
        """Return when connector and task are in ``state``; raises ``ConnectError``."""
        deadline = time.monotonic() + timeout_s
        while (status := self.status(name)).state != state:
            # What has failed does not run by waiting, but it is still being stopped.
            is_hopeless = status.state == "FAILED" and state == "RUNNING"
            if is_hopeless or time.monotonic() > deadline:
                cause = status.trace.strip().splitlines()
                raise ConnectError(
                    f"The connector {name} is {status.state}"
                    + (f": {cause[-1].strip()} ({cause[0]})" if cause else ".")
                )
            time.sleep(0.2)

    def _request(self, method: str, path: str, *, missing: Any = None, **options: Any) -> Any:
        response = self._answer(method, path, **options)
        deadline = time.monotonic() + _REBALANCE_S
        # The workers are sharing out their tasks, and take no orders meanwhile.
        while response.status_code == httpx.codes.CONFLICT and time.monotonic() < deadline:
            time.sleep(0.5)
            response = self._answer(method, path, **options)
        if response.status_code == httpx.codes.NOT_FOUND and missing is not None:
            return missing
        if response.is_error:
            raise ConnectError(f"Kafka Connect refused {method} {path}: {response.text}")
        return response.json() if response.content else {}

    def _answer(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise ConnectError(
                f"Kafka Connect does not answer at {self._http.base_url}: {error}"
            ) from error
