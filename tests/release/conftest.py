"""The distribution as a person gets it: built once, installed into fresh environments, far from any clone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from releasing import ROOT


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The folder with wheel and sdist, built of a copy of what is here."""
    pytest.importorskip("hatchling", reason="hatchling, which builds the distribution, is not installed")
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def environment(built, tmp_path_factory):
    """``environment(python)``: the programs' folder of a fresh environment with the wheel and what it needs."""
    made: dict[Path, Path] = {}

    def make(python: Path) -> Path:
        if python not in made:
            folder = tmp_path_factory.mktemp("environment")
            subprocess.run([python, "-m", "venv", folder], check=True, timeout=100)
            pip = [folder / "bin" / "pip", "install", "-q", *built.glob("*.whl")]
            done = subprocess.run(pip, capture_output=True, text=True, timeout=200, check=False)
            if done.returncode and "No matching distribution found" in done.stderr:
                pytest.skip("no package registry is in reach: " + done.stderr.strip().splitlines()[-1])
            assert done.returncode == 0, done.stderr
            made[python] = folder / "bin"
        return made[python]

    yield make
    for programs in made.values():
        shutil.rmtree(programs.parent)
