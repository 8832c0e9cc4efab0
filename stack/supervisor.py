"""The process manager: supervisord, told what to run and asked how it goes.

Enters: services. Leaves: running, restarted and ended processes. Supervisord restarts what
dies, keeps the logs and answers over XML-RPC, so that a second terminal can stop or restart
one process; readiness and the order of starting are ours (`up.py`), as it has neither.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import xmlrpc.client
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psutil

from stack import environment
from stack.environment import ROOT
from stack.errors import NotRunning, UnknownService
from stack.layout import Layout
from stack.ports import HOST, Ports
from stack.readiness import wait
from stack.services import Service

_USER = "banyan"
_NO_SUCH_PROCESS = 10


@dataclass(frozen=True, slots=True)
class Process:
    """What supervisord knows of one service; ``pid`` is 0 when it does not run."""

    name: str
    state: str
    pid: int
    started_at: int
    is_asked_to_stop: bool
    last_end: str


class Supervisor:
    """One supervisord, in ``layout`` and on the port of that name."""

    def __init__(self, ports: Ports, layout: Layout) -> None:
        self._layout = layout
        self._port = ports["supervisor"]
        password = environment.read().get("SUPERVISOR_PASSWORD", "")
        self._address = f"http://{_USER}:{password}@{HOST}:{self._port}/RPC2"

    @property
    def _rpc(self) -> Any:
        # A proxy holds one connection and is not for several threads, so each call has its own.
        return xmlrpc.client.ServerProxy(self._address).supervisor

    def launch(self, services: Iterable[Service]) -> None:
        """Start supervisord itself, in a session of its own so that Ctrl-C is ours to handle."""
        config = self._layout.home / "supervisord.conf"
        config.touch(mode=0o600)
        config.write_text(self._configuration(services))
        with self._layout.log("supervisord").open("ab") as log:
            subprocess.Popen(
                [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(config)],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                cwd=ROOT,
            )
        if not wait(self.is_up, timeout_s=15):
            raise NotRunning(
                f"The process manager did not start:\n{self._layout.tail('supervisord')}"
            )

    def is_up(self) -> bool:
        """Tell whether supervisord answers."""
        try:
            return bool(self._rpc.getState()["statename"] == "RUNNING")
        except (OSError, xmlrpc.client.Error):
            return False

    def is_running(self, name: str) -> bool:
        """Tell whether a service's process runs; raises ``NotRunning``."""
        return self.processes()[name].state == "running"

    def start(self, name: str) -> None:
        """Start one service without waiting for it."""
        with self._known(name):
            self._rpc.startProcess(name, False)

    def stop(self, name: str) -> None:
        """Stop one service and wait until it is gone; stopping a stopped one is fine."""
        with self._known(name):
            self._rpc.stopProcess(name, True)

    def signal(self, name: str, signal: str) -> None:
        """Send a signal to one service; a stopped one hears nothing."""
        with self._known(name):
            self._rpc.signalProcess(name, signal)

    def processes(self) -> dict[str, Process]:
        """Return every service's process; raises ``NotRunning``."""
        try:
            return {info["name"]: _process(info) for info in self._rpc.getAllProcessInfo()}
        except (OSError, xmlrpc.client.Error) as error:
            raise NotRunning(environment.absence()) from error

    def shut_down(self, names: Iterable[str]) -> None:
        """Stop the named services one after another, then the rest and supervisord itself."""
        with contextlib.suppress(OSError, xmlrpc.client.Error):
            pid = self._rpc.getPID()
            for name in names:
                with contextlib.suppress(xmlrpc.client.Fault):
                    self._rpc.stopProcess(name, True)
            self._rpc.shutdown()
            wait(lambda: _is_gone(pid), timeout_s=30)

    @contextlib.contextmanager
    def _known(self, name: str) -> Any:
        try:
            yield
        except xmlrpc.client.Fault as fault:
            if fault.faultCode == _NO_SUCH_PROCESS:
                raise UnknownService(
                    f"There is no service {name!r}; there are: {', '.join(self.processes())}."
                ) from fault
            # Starting what runs or stopping what is stopped asks for what is so already.
        except OSError as error:
            raise NotRunning(environment.absence()) from error

    def _configuration(self, services: Iterable[Service]) -> str:
        password = environment.read()["SUPERVISOR_PASSWORD"]
        head = (
            "[supervisord]\n"
            f"logfile={self._layout.log('supervisord')}.events\n"
            f"pidfile={self._layout.home / 'supervisord.pid'}\n"
            "nodaemon=true\nminfds=1024\n"
            + ("user=root\n" if os.geteuid() == 0 else "")
            + f"[inet_http_server]\nport={HOST}:{self._port}\n"
            f"username={_USER}\npassword={password}\n"
            "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory="
            "supervisor.rpcinterface:make_main_rpcinterface\n"
        )
        return head + "".join(self._program(service) for service in services)

    def _program(self, service: Service) -> str:
        values = environment.read() | service.environment
        settings = {
            "command": " ".join(_quoted(word) for word in (*_die_with_parent(), *service.command)),
            "directory": str(ROOT),
            "environment": ",".join(f"{k}={_quoted(v)}" for k, v in values.items()),
            "autostart": "false",
            "autorestart": "true",
            "startsecs": "1",
            "startretries": "5",
            "stopsignal": service.stop_signal,
            "stopwaitsecs": str(service.stop_s),
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": str(self._layout.log(service.name)),
            "stdout_logfile_maxbytes": "20MB",
            "stdout_logfile_backups": "1",
        }
        lines = "".join(f"{name}={value}\n" for name, value in settings.items())
        return f"[program:{service.name}]\n{lines}"


def _die_with_parent() -> tuple[str, ...]:
    # A killed supervisord must leave no orphans behind that hold ports and data.
    return ("setpriv", "--pdeathsig", "KILL", "--") if shutil.which("setpriv") else ()


def _quoted(word: str) -> str:
    escaped = word.replace("%", "%%").replace('"', '\\"')
    return f'"{escaped}"'


def _process(info: dict[str, Any]) -> Process:
    return Process(
        name=info["name"],
        state=info["statename"].lower(),
        pid=info["pid"],
        started_at=info["start"],
        is_asked_to_stop=info["statename"] in ("STOPPED", "STOPPING"),
        last_end=info["spawnerr"] or f"exit status {info['exitstatus']}",
    )


def _is_gone(pid: int) -> bool:
    try:
        # Our own child stays listed as a zombie until this process ends.
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
