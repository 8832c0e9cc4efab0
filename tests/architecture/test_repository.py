"""What the repository must not hold: addresses of downloads, paths of somebody's machine."""

import re
import subprocess

from stack.environment import ROOT

# Written so that this file does not find itself.
_FORBIDDEN = re.compile(
    r"p[y]pi\.org|pytho[n]hosted|rep[o]1?\.maven|npm[j]s\.(com|org)|crates\.i[o]/|"
    r"debia[n]\.org|/roo[t]/|/hom[e]/[a-z]"
)


def test_no_tracked_line_names_a_registry_host_or_a_machines_path() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = [name for name in listed.stdout.decode().split("\0") if name]
    assert names, "git lists no files"
    for name in names:
        path = ROOT / name
        if path.suffix == ".gz" or not path.is_file():
            continue
        found = _FORBIDDEN.search(path.read_text())
        assert found is None, f"{name} says {found and found.group()}"
