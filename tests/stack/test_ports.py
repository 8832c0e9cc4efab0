"""Ports: the defaults, an offset, or whatever is free; remembered by folder."""

import os
import socket
from pathlib import Path

import pytest

from stack.errors import PortTaken, StackError
from stack.ports import DEFAULTS, check_free, choose


def test_the_first_run_takes_the_defaults(tmp_path: Path) -> None:
    assert choose("", tmp_path) == DEFAULTS


def test_an_offset_moves_every_port(tmp_path: Path) -> None:
    chosen = choose("+100", tmp_path)

    assert {name: port - 100 for name, port in chosen.items()} == DEFAULTS


def test_a_folder_keeps_its_ports_until_told_otherwise(tmp_path: Path) -> None:
    first = choose("+100", tmp_path)

    assert choose("", tmp_path) == first
    assert choose("auto", tmp_path) == first
    assert choose("+200", tmp_path)["gateway"] == DEFAULTS["gateway"] + 200


def test_automatic_ports_are_free_and_all_different(tmp_path: Path) -> None:
    chosen = choose("auto", tmp_path)

    assert set(chosen) == set(DEFAULTS)
    assert len(set(chosen.values())) == len(chosen)
    check_free(chosen)


def test_a_wish_that_is_no_number_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="PORTS=auto"):
        choose("many", tmp_path)


def test_a_taken_port_is_named_with_its_owner_and_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortTaken) as caught:
            check_free({"gateway": port})

    text = str(caught.value)
    assert f"Port {port}, wanted for gateway" in text
    assert f"pid {os.getpid()}" in text
    assert "PORTS=+100" in text
