"""Bodies beside each other: every line that differs is told, and none that varies by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler.envoy.bodies import Place, places

BODY = b"<p>\na\nb\nc\n</p>"


@pytest.mark.parametrize(
    ("through", "found"),
    [
        (BODY, []),
        (b"<p>\na\nB\nc\n</p>", [Place(3, 6, b"b\n", b"B\n")]),
        (b"<p>\nA\nb\nC\n</p>", [Place(2, 4, b"a\n", b"A\n"), Place(4, 8, b"c\n", b"C\n")]),
        (b"<p>\na\nc\n</p>", [Place(3, 6, b"b\n", b"")]),
        (b"<p>\na\nb\nc\n</p>\n<!-- via -->", [Place(5, 14, b"", b"\n<!-- via -->")]),
        (b"", [Place(1, 0, BODY, b"")]),
    ],
)
def test_every_place_is_told(through: bytes, found: list[Place]) -> None:
    assert list(places(BODY, BODY, through)) == found


@pytest.mark.parametrize(
    ("again", "through", "found"),
    [
        (b"<p>\na\nB\nc\n</p>", b"<p>\na\nx\nc\n</p>", []),
        # Another number of lines each time, and the rest is compared all the same.
        (b"<p>\na\nx\ny\nb\nc\n</p>", b"<p>\na\nz\nb\nc\n</p>", []),
        (
            b"<p>\na\nx\ny\nb\nc\n</p>",
            b"<p>\na\nz\nb\nC\n</p>",
            [Place(4, 8, b"c\n", b"C\n")],
        ),
    ],
)
def test_what_the_site_makes_anew_is_no_difference(
    again: bytes, through: bytes, found: list[Place]
) -> None:
    assert list(places(BODY, again, through)) == found


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_no_byte_that_differs_is_missed(direct: bytes, through: bytes) -> None:
    found = list(places(direct, direct, through))
    assert bool(found) is (direct != through)
    # Put in their places, what came through is made of the other.
    made, at = b"", 0
    for place in found:
        made += direct[at : place.at] + place.through
        at = place.at + len(place.direct)
    assert made + direct[at:] == through


def test_of_a_long_one_the_beginning_is_shown() -> None:
    (place,) = places(b"", b"", b"x" * 1000)
    assert place.told() == ("at byte 0 b''", f"at byte 0 {b'x' * 400!r} and 600 bytes more")
