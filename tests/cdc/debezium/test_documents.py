"""The examples that people copy run as they stand."""

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cdc.debezium
from cdc.debezium import ChangeEvent, losses
from stack.environment import ROOT
from tests.cdc.debezium.recorded import recorded


def test_the_standard_library_is_all_it_needs() -> None:
    # Without `site` there is no installed package, and no Django.
    code = "import sys; sys.path.insert(0, sys.argv[1]); import cdc.debezium"
    subprocess.run([sys.executable, "-I", "-S", "-c", code, str(ROOT)], check=True, timeout=60)


def test_the_readme_s_example_runs() -> None:
    text = (Path(cdc.debezium.__file__).parent / "README.md").read_text()
    (block,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, Any] = {}

    exec(block, names)

    assert isinstance(names["change"], ChangeEvent)
    assert losses(names["orders"]) == []
    assert len(text.splitlines()) <= 50


def test_the_module_s_example_runs_on_every_kind_of_record() -> None:
    block = re.sub("^    ", "", (cdc.debezium.__doc__ or "").split("\n\n")[1], flags=re.MULTILINE)
    config = {"decimal.handling.mode": "string"}
    # The recorded table has fewer columns than the one that the example tells of.
    block = block.replace("modes=", "optional={'total', 'tags', 'paid_at'}, modes=")
    stored, forgotten = list[Any](), list[Any]()
    for key, value, headers in recorded("adaptive", "pair"):
        names = vars(cdc.debezium) | {
            "record": SimpleNamespace(
                key=lambda key=key: key and key.replace(b'"a"', b'"id"'),
                value=lambda value=value: value and value.replace(b'"a"', b'"id"'),
                headers=lambda headers=headers: headers,
            ),
            "connector_config": config,
            "store": lambda identity, row, order: stored.append((identity, row, order)),
            "forget": forgotten.append,
        }
        exec(block, names)

    assert [identity for identity, *_ in stored] == [1, 2, 2, 3, 4, 5]
    assert forgotten == [1, 2]
