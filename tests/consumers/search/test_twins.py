"""The extracted copies are copies: a change of one side alone is found before any page differs."""

import ast

import pytest

from stack.environment import ROOT

OLD, NEW = ROOT / "monolith", ROOT / "consumers" / "search"
MODULES = ("asked", "chart", "facets", "fields", "forms", "pager", "places")
TEMPLATES = ("asked", "card", "chart", "empty", "facets", "page", "pager")


def code(text: str) -> str:
    """Return what a module does, without its docstring."""
    return ast.dump(ast.Module(ast.parse(text).body[1:], []))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_the_monoliths(name: str) -> None:
    old, new = (folder / f"{name}.py" for folder in (OLD / "search", NEW))
    text = old.read_text().replace("monolith.listings.cards", "consumers.search.cards")
    assert code(new.read_text()) == code(text.replace("monolith.search", "consumers.search"))


@pytest.mark.parametrize("name", [*TEMPLATES, "base"])
def test_a_template_is_the_monoliths(name: str) -> None:
    folder = "site" if name == "base" else "search"
    text = (OLD / "templates" / folder / f"{name}.html").read_text()
    for own in ('"search/', '"site/'):
        text = text.replace(own, '"search_service/')
    assert (NEW / "templates" / "search_service" / f"{name}.html").read_text() == text
