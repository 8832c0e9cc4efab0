"""The reviewed file of flags: each mistake is one line, and no name means two things."""

from pathlib import Path
from typing import Any

import pytest

from consumers.search.features import Feature
from strangler import declared, routes
from strangler.audience import NOBODY, audience
from strangler.fields import DeclarationError

FILE = Path(declared.__file__).with_name("flags.toml")
ROUTES = routes.load(Path(routes.__file__).with_name("routes.toml"))


def entry(**changes: Any) -> dict[str, Any]:
    good = {"id": "mail-side", "owner": "alerts", "note": "who sends"}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def test_the_projects_own_file_declares_what_the_search_asks_and_is_all_off() -> None:
    flags = declared.load(FILE, ROUTES)
    assert {flag.id for flag in flags if flag.owner == "search"} == set(Feature)
    assert all(flag.start == NOBODY for flag in flags)


def test_a_flag_may_start_somewhere() -> None:
    (flag,) = declared.parse({"flag": [entry(start={"percent": 5, "users": [42]})]})
    assert flag.start == audience(5, users=[42])


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"owner": None}, "flag mail-side: owner missing"),
        ({"id": "Mail"}, "flag Mail: id 'Mail' must be lower-case"),
        ({"colour": "red"}, "unknown colour"),
        ({"start": 5}, "start must be a table"),
        ({"start": {"percent": 500}}, "percent must be from 0 to 100"),
        ({"start": {"stage": "canary"}}, "start: unknown stage"),
        ({"expires": "soon"}, "expires 'soon' must be a date"),
        ({"waffle": ""}, "waffle must say something"),
    ],
)
def test_each_mistake_is_one_clear_line(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(DeclarationError) as error:
        declared.parse({"flag": [entry(**changes)]})
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_no_name_means_two_things(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="flag mail-side is declared twice"):
        declared.parse({"flag": [entry(), entry()]})
    file = tmp_path / "flags.toml"
    file.write_text('[[flag]]\nid = "search"\nowner = "x"\nnote = "x"\n')
    with pytest.raises(DeclarationError, match="flag search is the flag of route search"):
        declared.load(file, ROUTES)
