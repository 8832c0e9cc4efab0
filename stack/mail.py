"""The development mail sink: takes every mail by SMTP, shows them on a page.

Enters: mails from the site and its services. Leaves: one file a mail, newest first on the
page; nothing is ever sent on. While the folder holds a file `refusal`, its first line is what
senders are answered instead, and further lines are the only recipients it is for; a mail that is
refused for good is kept as `.refused`. While it holds a file `silence`, mails are kept and nobody
is told. A module of its own, as the known sinks are not Python packages.
"""

import argparse
import asyncio
import html
import signal
import uuid
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from stack.ports import HOST

REFUSAL = "refusal"
SILENCE = "silence"


class _Sink:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if answer := self._refusal(envelope.rcpt_tos):
            if answer.startswith("5"):
                self._keep(envelope.content, "refused")
            return answer
        self._keep(envelope.content, "eml")
        while (self.folder / SILENCE).exists():
            await asyncio.sleep(0.05)
        return "250 kept"

    def _refusal(self, recipients: list[str]) -> str:
        try:
            answer, *only = (self.folder / REFUSAL).read_text().splitlines()
        except FileNotFoundError:
            return ""
        return answer if not only or set(recipients) & set(only) else ""

    def _keep(self, content: bytes, suffix: str) -> None:
        name = uuid.uuid4().hex
        draft = self.folder / f"{name}.draft"
        draft.write_bytes(content)
        draft.rename(self.folder / f"{name}.{suffix}")


def _page(folder: Path) -> str:
    mails = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    items = "".join(
        f'<li><a href="/{path.name}">{html.escape(_subject(path))}</a></li>' for path in mails
    )
    return f"<!doctype html><title>Mails</title><h1>{len(mails)} mails</h1><ol>{items}</ol>"


def _subject(path: Path) -> str:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    return f"{mail['To']}: {mail['Subject']}"


def _handler(folder: Path) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            mail = folder / Path(self.path).name
            if mail.suffix == ".eml" and mail.exists():
                self._answer("text/plain; charset=utf-8", mail.read_bytes())
            else:
                self._answer("text/html; charset=utf-8", _page(folder).encode())

        def _answer(self, content_type: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def main() -> None:
    """Serve until asked to stop."""
    parser = argparse.ArgumentParser(description="Keep mails and show them.")
    parser.add_argument("--smtp", type=int, required=True, help="port that takes mails")
    parser.add_argument("--page", type=int, required=True, help="port of the page")
    parser.add_argument("--folder", type=Path, required=True, help="where the mails are kept")
    options = parser.parse_args()
    controller = Controller(_Sink(options.folder), hostname=HOST, port=options.smtp)
    controller.start()
    page = ThreadingHTTPServer((HOST, options.page), _handler(options.folder))
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    try:
        page.serve_forever()
    except KeyboardInterrupt:
        controller.stop()


if __name__ == "__main__":
    main()
