"""What is installed along with us may be: the licence of every distribution that we require, at whatever remove."""

from __future__ import annotations

import importlib.metadata as metadata
import re

import pytest
from packaging.requirements import Requirement

PERMISSIVE = {"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "ISC"}
KNOWN = {"scapy": "GPL-2.0-only"}  # README says so; not a line of it is in our packages
CLASSIFIERS = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
}


def _required(name, found):
    """`name` and what it requires in this environment, extras aside."""
    if name not in found:
        found.add(name)
        for line in metadata.requires(name) or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                _required(re.sub(r"[-_.]+", "-", requirement.name).lower(), found)
    return found


def _licence(name):
    about = metadata.metadata(name)
    if expression := about.get("License-Expression"):
        return expression
    told = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier", []) if c.startswith("License ::")]
    return CLASSIFIERS.get(told[0], told[0]) if told else about.get("License", "none")


@pytest.mark.parametrize("name", sorted(_required("pytest-atmt", set())))
def test_a_distribution_that_we_require_has_a_permissive_licence_or_is_known(name):
    licence = _licence(name)
    choices = licence.split(" OR ")
    assert PERMISSIVE.intersection(choices) or licence == KNOWN.get(name), f"{name}: {licence}"


def test_what_is_known_is_required():
    assert KNOWN.keys() <= _required("pytest-atmt", set())
