"""The page's scripts by themselves: their unit tests with Node, and ESLint."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from browsing import HERE, node_module

SCRIPTS = HERE.parents[1] / "pytest_atmt" / "report" / "templates" / "js"


@pytest.fixture
def node() -> str:
    program = shutil.which("node")
    if program is None:
        pytest.skip("node is not installed (apt-get install nodejs)")
    return program


def test_the_scripts_do_what_their_unit_tests_say(node: str, tmp_path: Path) -> None:
    shutil.copytree(SCRIPTS, tmp_path / "js")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    tests = [shutil.copy(file, tmp_path / "js") for file in sorted((HERE / "js").glob("*.test.mjs"))]
    done = subprocess.run([node, "--test", *tests], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(tests) == 6


def test_eslint_finds_nothing(node: str, tmp_path: Path) -> None:
    program = node_module("eslint") / "bin" / "eslint.js"
    command = [node, str(program), "--config", "tests/report/eslint.config.mjs", "--max-warnings", "0"]
    command += ["--report-unused-disable-directives", str(SCRIPTS.relative_to(HERE.parents[1]))]
    done = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
