"""Who may import whom, as the design says; the contracts are in pyproject.toml."""

from importlinter.cli import lint_imports

from stack.environment import ROOT


def test_the_sides_import_one_another_only_as_the_design_allows() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml")) == 0
