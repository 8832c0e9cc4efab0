"""The extracted copies are copies: a change of one side alone is found before any page differs."""

import ast

import pytest

from stack.environment import ROOT

OLD, NEW = ROOT / "monolith", ROOT / "consumers" / "search"
# Where each copy stands.
MODULES = {
    **dict.fromkeys(("asked", "chart", "facets", "fields", "forms", "pager"), "search"),
    "places": "criteria",
}
TEMPLATES = ("asked", "card", "chart", "empty", "facets", "page", "pager")


def code(text: str) -> str:
    """Return what a module does, without its docstring; imports come in an order of their names."""
    body = ast.parse(text).body[1:]
    body.sort(key=lambda part: ast.dump(part) if isinstance(part, ast.ImportFrom) else "~")
    return ast.dump(ast.Module(body, []))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_the_monoliths(name: str) -> None:
    new = (ROOT / "consumers" / MODULES[name] / f"{name}.py").read_text()
    text = (OLD / "search" / f"{name}.py").read_text()
    text = text.replace("monolith.listings.cards", "consumers.search.cards")
    for module, package in MODULES.items():
        text = text.replace(f"monolith.search.{module}", f"consumers.{package}.{module}")
    assert code(new) == code(text)


@pytest.mark.parametrize("name", [*TEMPLATES, "base"])
def test_a_template_is_the_monoliths(name: str) -> None:
    folder = "site" if name == "base" else "search"
    text = (OLD / "templates" / folder / f"{name}.html").read_text()
    for own in ('"search/', '"site/'):
        text = text.replace(own, '"search_service/')
    assert (NEW / "templates" / "search_service" / f"{name}.html").read_text() == text
