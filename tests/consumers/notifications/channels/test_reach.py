"""Where webhooks may lead: to public addresses by https, at every look and every connection."""

import socket
from typing import Any

import pytest

from consumers.notifications.channels import reach
from consumers.notifications.channels.reach import NotAllowed, NotFound


@pytest.mark.parametrize(
    "url",
    [
        "",
        "agency.example/hook",
        "http://93.184.215.14/",
        "ftp://93.184.215.14/",
        "https://",
        "https:///hook",
        "https://ann:word@93.184.215.14/",
        "https://93.184.215.14/#part",
        "https://93.184.215.14:99999/",
        "https://93.184.215.14/\r\nHost: else",
        "https://93.184.215.14/ twice",
        "https://[broken/",
        "https://bücher.example/",
        "https://93.184.215.14/" + "x" * 500,
        "https://localhost/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0.0.0.0/",
        "https://10.1.2.3/",
        "https://172.16.0.1/",
        "https://192.168.1.1:8443/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[::1]/",
        "https://[::]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[fec0::1]/",
        "https://[5f00::1]/",
        "https://[2001:0:7f00:1::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::127.0.0.1]/",
        "https://[64:ff9b::10.0.0.1]/",
        "https://[64:ff9b:1::a00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[ff02::1]/",
    ],
)
def test_what_is_no_public_address_by_https_is_refused(url: str) -> None:
    with pytest.raises(NotAllowed):
        reach.check(url)


@pytest.mark.parametrize(
    "url", ["https://93.184.215.14/hook?agency=1", "https://[2606:4700::1111]:8443/"]
)
def test_a_public_address_is_taken(url: str) -> None:
    reach.check(url)


def test_a_developer_may_use_the_own_machine_and_no_other() -> None:
    reach.check("http://127.0.0.1:8000/hook", on_loopback=True)

    for url in ("http://10.0.0.1/", "https://169.254.169.254/"):
        with pytest.raises(NotAllowed):
            reach.check(url, on_loopback=True)


def _resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def test_a_name_with_one_private_address_among_public_ones_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _resolving(monkeypatch, "93.184.215.14", "10.0.0.1")

    with pytest.raises(NotAllowed):
        reach.check("https://agency.example/hook")


def test_a_name_that_leads_elsewhere_by_now_is_refused_when_it_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _resolving(monkeypatch, "93.184.215.14")
    reach.check("https://agency.example/hook")
    _resolving(monkeypatch, "127.0.0.1")

    with pytest.raises(NotAllowed):
        reach.Network(5, on_loopback=False).connect_tcp("agency.example", 443)


def test_what_is_connected_to_is_what_was_looked_at_and_no_later_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        network = reach.Network(5, on_loopback=True)
        network.connect_tcp("agency.example", server.getsockname()[1]).close()

    assert asked == ["agency.example", "127.0.0.1"]


def test_a_name_that_leads_nowhere_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", fail)

    with pytest.raises(NotFound):
        reach.addresses("agency.example", 443)
