"""What a release says of itself in several places is one thing, and its tools agree with its tests."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib

import pytest
from releasing import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_the_citation_has_the_version_of_the_distribution():
    assert f"\nversion: {PROJECT['project']['version']}\n" in (ROOT / "CITATION.cff").read_text()


def test_the_changelog_begins_with_what_is_not_released():
    heads = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert heads[0] == "Unreleased" or heads[0].startswith(PROJECT["project"]["version"])


@pytest.mark.parametrize("tool", ["prek", "pre-commit"])
def test_the_hooks_are_sound_and_need_no_network(tool):
    text = (ROOT / ".pre-commit-config.yaml").read_text()
    assert re.findall(r"- repo: (.*)", text) == ["local"]
    assert set(re.findall(r"language: (.*)", text)) == {"system"}
    program = shutil.which(tool, path=str(sys.prefix) + "/bin") or shutil.which(tool)
    if program is None:
        pytest.skip(f"{tool} is not installed")
    done = subprocess.run(
        [program, "validate-config", ".pre-commit-config.yaml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_nox_knows_its_sessions():
    pytest.importorskip("nox", reason="nox is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "nox", "--list", "-f", str(ROOT / "noxfile.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert all(
        f" {name} " in done.stdout for name in ("lint", "tests-3.11", "suite-3.12", "docs", "bench", "dist")
    )
