"""The stock's invented names, read once from `names.toml`."""

import tomllib
from pathlib import Path

_NAMES = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))

NEIGHBOURHOODS: list[str] = _NAMES["neighbourhoods"]
ZIP_CODES: list[str] = _NAMES["zip_codes"]
STREETS: list[str] = _NAMES["streets"]
STREET_KINDS: list[str] = _NAMES["street_kinds"]
GIVEN: list[str] = _NAMES["given"]
FAMILY: list[str] = _NAMES["family"]
