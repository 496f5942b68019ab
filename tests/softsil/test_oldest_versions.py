"""The versions that are tested as the oldest are the oldest that the package admits."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]


def versions(lines):
    """Version that each requirement's only bound names."""
    found = {}
    for requirement in map(Requirement, lines):
        (bound,) = requirement.specifier
        found[requirement.name] = Version(bound.version)
    return found


def test_every_lower_bound_is_the_version_tested_as_the_oldest():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    admitted = versions(sum(project["optional-dependencies"].values(), project["dependencies"]))
    lines = (ROOT / "requirements-oldest.txt").read_text().splitlines()
    tested = versions(line for line in lines if not line.startswith("#"))
    assert {name: tested.get(name) for name in admitted} == admitted
