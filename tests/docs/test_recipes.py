"""The recipes for CI are whole, and their commands are ours as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from atmt.cli.group import atmt

yaml = pytest.importorskip("yaml")

PAGE = (Path(__file__).parents[2] / "docs" / "ci.md").read_text("utf-8")
GITHUB, GITLAB = (yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
SHELL = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
STEPS = [step for job in GITHUB["jobs"].values() for step in job["steps"]]
COMMANDS = [
    part.strip()
    for line in [*(step["run"] for step in STEPS if "run" in step), *GITLAB["conformance"]["script"], *SHELL]
    for part in line.split("&&")
]


def _of(program):
    words = [shlex.split(command) for command in COMMANDS]
    return list(dict.fromkeys(tuple(w[1:]) for w in words if w and w[0].rpartition("/")[2] == program))


def test_the_github_workflow_is_one():
    assert GITHUB.keys() == {"name", True, "jobs"}  # YAML 1.1 reads "on" as true
    assert GITHUB[True] == ["push", "pull_request"]
    for job in GITHUB["jobs"].values():
        assert job.keys() >= {"runs-on", "steps"}
    for step in STEPS:
        assert ("uses" in step) != ("run" in step)
        assert step.keys() <= {"uses", "run", "with", "if", "name"}


def test_the_gitlab_job_is_one():
    [job] = GITLAB.values()
    assert job.keys() == {"image", "script", "artifacts"}
    assert all(isinstance(line, str) for line in job["script"])
    assert job["artifacts"]["reports"].keys() == {"junit"}


def test_the_files_that_gitlab_keeps_are_those_that_the_run_writes():
    job = GITLAB["conformance"]
    [run] = [line for line in job["script"] if "pytest" in line]
    assert f"--junitxml={job['artifacts']['reports']['junit']}" in run
    for path in job["artifacts"]["paths"]:
        assert path == "reports/" or path in run


@pytest.mark.parametrize("words", _of("pytest"), ids=" ".join)
def test_pytest_knows_every_option(words, pytestconfig):
    known = {name for group in pytestconfig._parser._groups for o in group.options for name in o.names()}
    known |= {name for o in pytestconfig._parser._anonymous.options for name in o.names()}
    assert words[0] == "suites/tftp"
    assert {word.partition("=")[0] for word in words if word.startswith("-")} <= known


@pytest.mark.parametrize("words", _of("atmt"), ids=" ".join)
def test_atmt_knows_every_command_and_option(words):
    done = CliRunner().invoke(atmt, list(words))
    assert "No such option" not in done.output
    assert "No such command" not in done.output
    assert "does not exist" in done.output or done.exit_code in (0, 1, 6)  # only the files are missing here
