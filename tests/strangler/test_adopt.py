"""The guide is followed step by step on a foreign project: one that `startproject` has made."""

import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from stack.environment import ROOT
from stack.readiness import wait
from tests.ports import free_port
from tests.running_stack import clean_environment
from tests.strangler.envoy.test_tls import certificate

pytestmark = pytest.mark.stack

GUIDE = (ROOT / "strangler" / "ADOPT.md").read_text()
# What the site was before anybody thought of leaving it.
MODELS = """
from django.db import models

class Note(models.Model):
    text = models.TextField()
"""
VIEWS = """
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from notes.models import Note

def notes(request):
    return HttpResponse(" ".join(Note.objects.values_list("text", flat=True)))

def write(request):
    if request.method == "POST":
        Note.objects.update_or_create(pk=1, defaults={"text": request.POST["text"]})
        return redirect("/notes/")
    return HttpResponse(get_token(request))
"""
URLS = """
from django.urls import path
from notes.views import notes, write

urlpatterns = [path("notes/", notes), path("write/", write)]
"""


def blocks(kind: str) -> list[str]:
    """Return the guide's code of a kind, in its order."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE, re.M | re.S)


def commands(prompt: str) -> list[str]:
    return re.findall(rf"^{prompt}\$ (.*)$", GUIDE, re.M)


@dataclass
class Adoption:
    """The foreign site in its folder, and the gateway in front of it."""

    folder: Path
    site: int = field(default_factory=free_port)
    door: int = field(default_factory=free_port)
    service: int = field(default_factory=free_port)
    # What the guide sets in the environment of the gateway's side.
    gateway: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """Make the site as it is before the first step."""
        self._django("startproject", "foreign", ".")
        self.manage("startapp notes")
        for name, text in (
            ("notes/models", MODELS),
            ("notes/views", VIEWS),
            ("foreign/urls", URLS),
        ):
            (self.folder / f"{name}.py").write_text(text)
        self.add("foreign/settings.py", 'INSTALLED_APPS += ["notes"]\n')
        self.manage("makemigrations notes")
        self.manage("migrate")

    def add(self, file: str, text: str) -> None:
        path = self.folder / file
        path.write_text(f"{path.read_text()}\n{text}")

    def manage(self, words: str) -> str:
        """Run the site's own `manage.py`."""
        return self._run([sys.executable, "manage.py", *words.split()])

    @contextmanager
    def running_site(self) -> Iterator[None]:
        words = ["manage.py", "runserver", "--noreload", f"127.0.0.1:{self.site}"]
        site = f"http://127.0.0.1:{self.site}/notes/"
        with httpx.Client(timeout=5) as browser, self._running(words, self.folder, site, browser):
            yield

    @contextmanager
    def running_gateway(
        self, command: str, tls: ssl.SSLContext | None = None
    ) -> Iterator[httpx.Client]:
        """Run one of the guide's commands, here and on free ports; give a browser in front."""
        words = [*self._words_of(command), "--folder", str(self.folder / "gateway")]
        door = f"{'https' if tls else 'http'}://127.0.0.1:{self.door}"
        with (
            httpx.Client(base_url=door, verify=tls or True, timeout=5) as browser,
            self._running(words, ROOT, f"{door}/notes/", browser),
        ):
            browser.cookies.clear()
            yield browser

    def ask_gateway(self, command: str) -> str:
        """Run one of the guide's commands that ends by itself."""
        return self._run([sys.executable, *self._words_of(command)], ROOT)

    def _words_of(self, command: str) -> list[str]:
        for port, ours in (("8080", self.door), ("8000", self.site), ("8001", self.service)):
            command = command.replace(f"127.0.0.1:{port}", f"127.0.0.1:{ours}")
        words = command.replace("routes.toml", str(self.folder / "routes.toml")).split()
        return words[words.index("python") + 1 :]

    def set(self, words: str) -> None:
        """Keep for the gateway what a command sets in its environment."""
        for each in words.replace("…/site", str(self.folder)).split():
            name, is_set, value = each.partition("=")
            if is_set:
                self.gateway[name] = value

    @contextmanager
    def _running(
        self, words: list[str], folder: Path, address: str, browser: httpx.Client
    ) -> Iterator[None]:
        log = self.folder / "log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, *words], cwd=folder, env=self._environment(folder),
                stdout=output, stderr=output,
            )  # fmt: skip
        try:
            assert wait(lambda: _answers(browser, address), 60), log.read_text()
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)

    def _django(self, *words: str) -> str:
        return self._run([sys.executable, "-m", "django", *words])

    def _run(self, words: list[str], folder: Path | None = None) -> str:
        where = folder or self.folder
        done = subprocess.run(
            words, cwd=where, env=self._environment(where),
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _environment(self, folder: Path) -> dict[str, str]:
        # The stack that may run on this machine is none of a stranger's.
        ours = {"BANYAN_HOME": str(self.folder / "none"), **self.gateway}
        return clean_environment() | (ours if folder == ROOT else {})


def _answers(browser: httpx.Client, address: str) -> bool:
    try:
        return browser.get(address).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def adoption(tmp_path: Path) -> Adoption:
    adopted = Adoption(tmp_path)
    adopted.begin()
    return adopted


def save(browser: httpx.Client, text: str) -> httpx.Response:
    """Write the note as a person does, through the form's token."""
    token = browser.get("/write/").text
    return browser.post("/write/", data={"text": text, "csrfmiddlewaretoken": token})


def follow(adoption: Adoption, step: int) -> None:
    """Do to the site what a step of the guide says."""
    settings, field_, operation, models = blocks("python")
    keys, check, migrate = (
        command.removeprefix("python manage.py ") for command in commands("site")
    )
    if step == 2:
        (adoption.folder / "strangler").symlink_to(ROOT / "strangler")
        adoption.add("foreign/settings.py", settings)
        adoption.manage(keys)
        adoption.manage(check)
        adoption.set(commands("gateway")[2])
    if step == 3:
        adoption.add("notes/models.py", f"    {field_}")
        adoption.manage("makemigrations notes --name version")
        (imported,) = re.findall(r"`(from strangler\.adapter\.versions import \w+)`", GUIDE)
        migration = adoption.folder / "notes/migrations/0002_version.py"
        operations, end, rest = migration.read_text().rpartition("    ]")
        migration.write_text(f"{imported}\n{operations}        {operation}{end}{rest}")
        adoption.add("foreign/settings.py", models)
        adoption.manage(migrate)


def test_a_gateway_in_front_changes_nothing(adoption: Adoption) -> None:
    command, selftest, *_ = commands("gateway")
    with adoption.running_site(), adoption.running_gateway(command) as browser:
        assert "the same to the byte" in adoption.ask_gateway(selftest)
        saved = save(browser, "first")
        assert (saved.status_code, saved.headers["location"]) == (302, "/notes/")
        assert "first" in browser.get("/notes/").text
        assert not [name for name in browser.cookies if name.startswith("banyan")]


def test_forms_are_taken_behind_a_gateway_that_speaks_tls(adoption: Adoption) -> None:
    (believing,) = re.findall(r"`(SECURE_PROXY_SSL_HEADER = .*?)`", GUIDE)
    files = certificate(adoption.folder)
    adoption.set(f"STRANGLER_CERTIFICATE={files.chain}:{files.key}")
    trusting = ssl.create_default_context(cafile=str(files.chain))
    command = commands("gateway")[0]

    def status() -> int:
        with adoption.running_site(), adoption.running_gateway(command, trusting) as browser:
            browser.headers["origin"] = str(browser.base_url)
            return save(browser, "first").status_code

    assert status() == 403
    adoption.add("foreign/settings.py", believing)
    assert status() == 302


def test_the_adapter_wants_two_settings_and_no_more(adoption: Adoption) -> None:
    settings = blocks("python")[0]
    assert re.findall(r"^(\w+)", settings, re.M) == ["INSTALLED_APPS", "MIDDLEWARE"]
    follow(adoption, 2)
    private = adoption.folder / "identity-private.pem"
    made = private.read_bytes()
    told = adoption.manage("identity_keys")
    assert f"identity keys kept: {private} signs" in told
    assert "Never commit identity-private.pem" in told
    assert private.read_bytes() == made
    assert private.stat().st_mode & 0o077 == 0


def test_the_site_says_who_asks_and_what_they_wrote(adoption: Adoption) -> None:
    follow(adoption, 2)
    follow(adoption, 3)
    command = commands("gateway")[0]
    with adoption.running_site(), adoption.running_gateway(command) as browser:
        answer = browser.get("/notes/")
        assert answer.headers["x-served-by"] == "monolith"
        assert "banyan_id" in browser.cookies
        assert not [name for name in browser.cookies if name.startswith("banyan_fresh")]
        save(browser, "second")
        assert [name for name in browser.cookies if name.startswith("banyan_fresh_")]


class Service(BaseHTTPRequestHandler):
    """A service that has seen no write yet: it is behind whoever made one."""

    def do_GET(self) -> None:
        is_behind = "banyan_fresh" in self.headers.get("cookie", "")
        self.send_response(425 if is_behind else 200)
        self.send_header("X-Served-By", "notes")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        """Say nothing: the test looks at the answers."""


@contextmanager
def running_service(port: int) -> Iterator[Callable[[], None]]:
    server = ThreadingHTTPServer(("127.0.0.1", port), Service)
    thread = Thread(target=server.serve_forever)
    thread.start()
    with ExitStack() as ending:
        ending.callback(thread.join)
        ending.callback(server.server_close)
        ending.callback(server.shutdown)
        yield ending.close


def served(browser: httpx.Client) -> str:
    answer = browser.get("/notes/")
    assert answer.status_code == 200
    return answer.headers["x-served-by"]


def test_a_route_moves_and_comes_back(adoption: Adoption) -> None:
    follow(adoption, 2)
    follow(adoption, 3)
    (adoption.folder / "routes.toml").write_text(blocks("toml")[0])
    moved, back = commands("gateway")[3:5]
    with (
        adoption.running_site(),
        running_service(adoption.service) as end_service,
        adoption.running_gateway(moved) as browser,
    ):
        people = [{"banyan_id": identity_of(browser)} for _ in range(40)]

        def by_service() -> int:
            return sum(served_to(browser, cookies) == "notes" for cookies in people)

        assert wait(lambda: 5 < by_service() < 35, 30)
        chosen = next(each for each in people if served_to(browser, each) == "notes")

        browser.cookies.update(chosen)
        assert served(browser) == "notes"
        save(browser, "third")
        assert served(browser) == "monolith"
        assert "third" in browser.get("/notes/").text

        switch = Path(back.removeprefix("touch "))
        (adoption.folder / "gateway" / switch.name).touch()
        assert wait(lambda: by_service() == 0, 30)
        (adoption.folder / "gateway" / switch.name).unlink()
        assert wait(lambda: by_service() > 0, 30)
        end_service()
        assert by_service() == 0


def test_the_site_tells_what_is_left_to_move(adoption: Adoption) -> None:
    (adoption.folder / "routes.toml").write_text(blocks("toml")[0])
    covered, checked = commands("gateway")[5:]
    adoption.set(covered)
    told = adoption.ask_gateway(covered)
    assert re.search(r"^/notes/ +notes \(canary 50 %\)", told, re.M), told
    assert re.search(r"^/write/ +monolith +writes: POST", told, re.M), told
    assert "1 route, no error" in adoption.ask_gateway(checked)


def identity_of(browser: httpx.Client) -> str:
    """Come as somebody new, and return who the site says that is."""
    browser.cookies.clear()
    browser.get("/notes/")
    return browser.cookies["banyan_id"]


def served_to(browser: httpx.Client, cookies: dict[str, str]) -> str:
    browser.cookies.clear()
    browser.cookies.update(cookies)
    return served(browser)
