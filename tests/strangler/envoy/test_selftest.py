"""The self-test: silent where nothing differs, and told to the byte what does."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from strangler.envoy.gateway import free_address
from strangler.envoy.selftest import Difference, Heard, NoAnswer, _differences, compare, questions

from .wire import Scribe, gateway

pytestmark = [pytest.mark.stack, pytest.mark.timeout(60)]

PAGE = b"HTTP/1.1 200 OK\r\nX-OdD: 1\r\nSet-Cookie: a=1\r\nContent-Length: 5\r\n\r\n"


@pytest.fixture
def two() -> Iterator[tuple[Scribe, Scribe]]:
    scribes = Scribe(), Scribe()
    for scribe in scribes:
        scribe.answer = PAGE + b"a\nb\nc"
    yield scribes
    for scribe in scribes:
        scribe.close()


def told(two: tuple[Scribe, Scribe]) -> list[Difference]:
    direct, through = two
    (plain, *_) = questions(["/"])
    return list(compare(direct.address, through.address, "homes.example", [plain]))


def test_the_gateway_changes_nothing(two: tuple[Scribe, Scribe], tmp_path: Path) -> None:
    origin = two[0].address
    # Answers to HEAD have no body, whatever the origin of these tests says.
    asked = [each for each in questions(["/", "/a"]) if each.method == "GET"]
    with gateway(tmp_path, origin) as keeper:
        assert list(compare(origin, keeper.config.listen, "homes.example", asked)) == []


def test_a_path_is_asked_as_a_browser_spells_it() -> None:
    plain, *_ = questions(["/straße/a b/%2F;x=1,2?q=é"])
    assert plain.path == "/stra%C3%9Fe/a%20b/%2F;x=1,2?q=%C3%A9"


def test_each_line_of_a_body_that_differs_is_told(two: tuple[Scribe, Scribe]) -> None:
    two[1].answer = PAGE + b"A\nb\nC"
    assert [(found.what, found.direct, found.through) for found in told(two)] == [
        ("body, line 1", "at byte 0 b'a\\n'", "at byte 0 b'A\\n'"),
        ("body, line 3", "at byte 4 b'c'", "at byte 4 b'C'"),
    ]


def test_a_body_of_other_lines_is_told_as_well(two: tuple[Scribe, Scribe]) -> None:
    two[1].answer = PAGE.replace(b"5", b"6") + b"a\nb\n\nc"
    assert [found.what for found in told(two)] == ["headers", "body, line 3"]


def test_what_is_packed_anew_for_each_answer_is_compared_unpacked() -> None:
    (question,) = (each for each in questions([]))
    one, two, other = (
        _packed(b"a\nb", mtime=1),
        _packed(b"a\nb", mtime=2),
        _packed(b"a\nB", mtime=3),
    )
    assert list(_differences(question, one, two, _packed(b"a\nb", mtime=4))) == []
    assert [f.what for f in _differences(question, one, two, other)] == ["body, line 2"]
    # What the site packs in one way only has to come through so.
    assert [f.what for f in _differences(question, one, one, two)] == ["body, line 1"]


def _packed(body: bytes, mtime: int) -> Heard:
    return Heard("200 OK", (("Content-Encoding", "gzip"),), gzip.compress(body, mtime=mtime))


@pytest.mark.parametrize(
    ("spoiled", "what", "through"),
    [
        (PAGE.replace(b"X-OdD", b"x-odd"), "headers", "x-odd: 1"),
        (PAGE.replace(b"X-OdD: 1\r\n", b""), "headers", "(another order)"),
        (PAGE.replace(b"200 OK", b"200 Fine"), "status", "200 Fine"),
        (PAGE.replace(b"X-OdD: 1", b"X-OdD: 1\r\nVia: x"), "headers", "Via: x"),
    ],
)
def test_a_heads_difference_is_told(
    two: tuple[Scribe, Scribe], spoiled: bytes, what: str, through: str
) -> None:
    two[1].answer = spoiled + b"a\nb\nc"
    (found,) = told(two)
    assert (found.what, found.through) == (what, through)


def test_what_is_declared_is_no_difference(two: tuple[Scribe, Scribe]) -> None:
    two[1].answer = PAGE.replace(b"X-OdD", b"Date: now\r\nX-Request-ID: 1\r\nX-OdD") + b"a\nb\nc"
    assert told(two) == []


def test_the_command_says_so_and_fails_if_anything_differs(
    two: tuple[Scribe, Scribe], capsys: pytest.CaptureFixture[str]
) -> None:
    for scribe in two:
        scribe.answer = b"HTTP/1.1 204 No Content\r\n\r\n"
    sides = [f"--upstream={two[0].address}", f"--listen={two[1].address}"]
    call_command("gateway", *sides, "selftest", "--path", "/a")
    assert "10 requests, the same to the byte" in capsys.readouterr().out

    two[1].answer = b"HTTP/1.1 204 Nothing\r\n\r\n"
    with pytest.raises(CommandError, match="10 of 10 requests differ"):
        call_command("gateway", *sides, "selftest", "--path", "/a")
    assert "GET /a (plain): status" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "name --listen HOST:PORT and --upstream HOST:PORT"),
        (["--listen=here", "--upstream=127.0.0.1:1"], "'here' is not host:port"),
        (
            ["--listen=127.0.0.1:1", "--upstream=search=127.0.0.1:1"],
            "is named monolith",
        ),
    ],
)
def test_wrong_addresses_are_one_clear_line(words: list[str], complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command("gateway", *words, "selftest")


def test_a_side_that_does_not_answer_is_one_line(two: tuple[Scribe, Scribe]) -> None:
    away = free_address()
    with pytest.raises(NoAnswer, match=f"{away} does not answer /"):
        list(compare(two[0].address, away, "h", questions(["/"])))
