"""The documents say what is so: commands, files and settings that exist."""

import re

import pytest

from stack.environment import ROOT

FOLDERS = ("cdc", "consumers", "consumers/runtime", "monolith", "stack", "strangler", "tests")
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_has_a_short_readme(folder: str) -> None:
    lines = (ROOT / folder / "README.md").read_text().splitlines()

    assert 10 < len(lines) <= 42


def test_the_integration_server_runs_the_readmes_test_command() -> None:
    assert "\n    make up\n" in README
    assert "\n    make test\n" in README
    assert "exec make test" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("folder", ["", *FOLDERS])
def test_every_make_verb_that_a_document_names_exists(folder: str) -> None:
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = (ROOT / folder / "README.md").read_text()

    assert set(re.findall(r"(?:`|^ +(?:\S+=\S+ )*)make ([a-z]+)", text, re.MULTILINE)) <= verbs


@pytest.mark.parametrize("folder", ["", *FOLDERS])
def test_every_path_that_a_document_links_to_exists(folder: str) -> None:
    text = (ROOT / folder / "README.md").read_text()

    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / folder / target).exists(), target


def test_the_runtimes_readme_says_what_each_of_its_files_is_for_and_names_no_other() -> None:
    runtime = ROOT / "consumers" / "runtime"
    text = re.sub(r"```.*?```", "", (runtime / "README.md").read_text(), flags=re.DOTALL)
    steps = text.partition("## Which file")[2].partition("## Use")[0]
    named = set(re.findall(r"`([a-z_]+/?)`", steps))
    # The steps of a record are told file by file; of the other folders, what each is for.
    read = [runtime, *(runtime / step for step in ("loop", "failures", "health"))]
    files = {file.stem for folder in read for file in folder.glob("*.py")} - {"__init__"}
    folders = {f"{file.parent.name}/" for file in runtime.glob("*/__init__.py")}
    # What Django asks for by these names.
    folders -= {"management/", "migrations/"}

    # Words of a handler's own, which `consumer` is explained by.
    assert named - {"on", "forgets"} == files | folders
