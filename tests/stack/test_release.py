"""The release that dead letters tell is the version, and here also the commit."""

import re
import tomllib

import pytest

from stack import release, versions
from stack.environment import ROOT


@pytest.fixture(autouse=True)
def _unsaid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RELEASE", raising=False)


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == versions.BANYAN


def test_a_release_is_the_version_and_the_commit_where_there_is_one() -> None:
    told = release.release()
    assert re.fullmatch(rf"{re.escape(versions.BANYAN)}(\+[0-9a-f]+(-dirty)?)?", told)


def test_without_a_repository_the_version_is_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(release, "ROOT", tmp_path)
    assert release.release() == versions.BANYAN


def test_a_deployment_may_say_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEASE", "2026-11-26")
    assert release.release() == "2026-11-26"
