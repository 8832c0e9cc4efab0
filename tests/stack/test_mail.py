"""The mail sink keeps what it takes, and refuses it or says nothing when it is told to."""

import smtplib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.environment import ROOT
from stack.mail import REFUSAL, SILENCE
from stack.ports import HOST
from stack.readiness import answers, wait
from tests.ports import free_port

pytestmark = pytest.mark.stack

_MAIL = "From: a@maumee.example\nTo: b@maumee.example\nSubject: Hello\n\nA home."


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[int]:
    """Give the port of a sink that keeps its mails in ``tmp_path``."""
    port, page = free_port(), free_port()
    words = ("--smtp", str(port), "--page", str(page), "--folder", str(tmp_path))
    process = subprocess.Popen([sys.executable, "-m", "stack.mail", *words], cwd=ROOT)
    assert wait(lambda: answers(page, "/"), 20)
    yield port
    process.terminate()
    process.wait()


def send(port: int, to: str = "b@maumee.example", timeout: float = 20) -> None:
    with smtplib.SMTP(HOST, port, timeout=timeout) as server:
        server.sendmail("a@maumee.example", [to], _MAIL)


def test_a_mail_is_kept_unless_a_refusal_stands_in_the_folder(smtp: int, tmp_path: Path) -> None:
    send(smtp)
    (tmp_path / REFUSAL).write_text("451 4.3.0 Later")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(smtp)

    assert refused.value.smtp_code == 451
    (kept,) = tmp_path.glob("*.eml")
    assert "A home." in kept.read_text()


def test_a_refusal_may_be_for_some_and_what_is_refused_for_good_is_told_apart(
    smtp: int, tmp_path: Path
) -> None:
    (tmp_path / REFUSAL).write_text("550 5.1.1 Nobody\nc@maumee.example\nd@maumee.example")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(smtp, "c@maumee.example")
    send(smtp)

    assert refused.value.smtp_code == 550
    assert len(list(tmp_path.glob("*.refused"))) == len(list(tmp_path.glob("*.eml"))) == 1


def test_whoever_sends_into_a_silence_does_not_learn_that_the_mail_is_kept(
    smtp: int, tmp_path: Path
) -> None:
    (tmp_path / SILENCE).touch()
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        send(smtp, timeout=0.5)

    assert len(list(tmp_path.glob("*.eml"))) == 1
