"""A waffle flag in our words: the same people where there are words, else a line that says so."""

from typing import Any

import pytest

from strangler.audience import EVERYBODY, NOBODY, Audience, audience
from strangler.waffle import translated


def told(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "name": "new",
        "everyone": None,
        "percent": None,
        "staff": False,
        "groups": [],
    }
    rest = {"users": [], "superusers": False, "authenticated": False, "languages": ""}
    return {**plain, **rest, "testing": False, **changes}


@pytest.mark.parametrize(
    ("flag", "whom"),
    [
        (told(), NOBODY),
        (told(everyone=True, percent="5.0"), EVERYBODY),
        (told(everyone=False, staff=True, superusers=True), NOBODY),
        (told(percent="12.5", staff=True), audience("12.5", staff=True)),
        (told(groups=["pilot"], users=["42", "7"]), audience(0, ["pilot"], users=[42, 7])),
    ],
)
def test_what_has_words_is_kept(flag: dict[str, Any], whom: Audience) -> None:
    found = translated(flag)
    assert (found.audience, found.lost) == (whom, ())


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        (told(superusers=True), "superusers go first"),
        (told(authenticated=True), "whoever is logged in"),
        (told(languages="de,fr"), "some languages go first"),
        (told(testing=True), "testing mode"),
        (told(groups=["a,b"]), "group 'a,b' must be a name without commas"),
    ],
)
def test_what_has_none_is_said(flag: dict[str, Any], words: str) -> None:
    found = translated(flag)
    assert found.audience == NOBODY
    assert len(found.lost) == 1
    assert words in found.lost[0]
