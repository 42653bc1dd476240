"""A real program that a malformed request ends: fuzzing finds it, and says with how little."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

FUZZ = ("--atmt-clock", "virtual", "-k", "do_a_server_no_harm and idle", "--atmt-fuzz", "60")
SERVER = Path(__file__).with_name("fragile_server.py")
PEER = f"cmd:{sys.executable} {SERVER} {{ip}} {{port}} {{root}}"


def test_a_program_that_ends_over_a_malformed_request_fails_and_the_printed_test_finds_it_again(
    tftp, root, tmp_path
):
    outcome = tftp("--peer", PEER, *FUZZ)
    assert outcome.code == 1, outcome.text
    [test] = outcome.record["tests"]
    assert test["verdict"] == "fail"
    assert "exited with status 1 in the middle of a test" in test["reason"]
    [least] = re.findall(r"SAID = \[\n    (b.*),\n\]", test["reason"])
    assert len(eval(least)) <= len(b"\0\1f\0" + b"m" * 41 + b"\0")

    shutil.copytree(root / "suites", tmp_path / "suites")
    pasted = re.search(r"from pytest_atmt.*    serves\(ground\)\n", test["reason"], re.DOTALL)
    assert pasted is not None
    (tmp_path / "suites/tftp/test_pasted.py").write_text(pasted[0])
    verdicts = [_run(tmp_path, "--atmt-clock", "virtual", "--peer", peer) for peer in (PEER, "reference")]
    assert ["1 failed" in said for said in verdicts] == [True, False], verdicts
    assert "1 passed" in verdicts[1]


def _run(folder: Path, *arguments: str) -> str:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "suites/tftp/test_pasted.py",
        *arguments,
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60).stdout
