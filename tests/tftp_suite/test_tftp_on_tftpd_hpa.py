"""The suite against Debian's tftpd-hpa in a namespace, as root and as an ordinary user."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from uuid import uuid4

import pytest

READS = ("-k", "test_a_short_block_ends_the_transfer or test_a_missing_file")
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def test_reads_pass_and_leave_nothing_behind(tftp, in_tftpd):
    outcome = tftp("--peer", "tftpd-hpa", *READS)
    assert outcome.code == 0, outcome.text
    assert set(outcome.verdicts().values()) == {"pass"}
    assert outcome.left == []


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_killed_run_leaves_no_process_behind(in_tftpd, workers, tmp_path, root, marked):
    mark = f"ATMT_TEST_RUN={uuid4()}"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "suites/tftp",
        "-p",
        "no:cacheprovider",
        "--peer",
        "tftpd-hpa",
        *workers,
    ]
    run = subprocess.Popen(
        [*command, "--atmt-clock", "real", "--atmt-report", str(tmp_path)],
        cwd=root,
        env={**os.environ, **dict([mark.split("=")])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert until(lambda: any("in.tftpd" in line for line in marked(mark)), 20)
    finally:
        run.kill()
        run.wait()
    assert until(lambda: not marked(mark), 5), marked(mark)


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether `condition` came true in time."""
    end = time.monotonic() + seconds
    while not (true := condition()) and time.monotonic() < end:
        pass
    return true


def test_an_ordinary_user_gets_the_same_verdicts(tftp, in_tftpd):
    if os.geteuid() != 0:
        pytest.skip("runs as an ordinary user already")
    python = os.environ.get("ATMT_USER_PYTHON", "/usr/bin/python3")
    code = "import pytest, scapy, click, atmt"
    if subprocess.run([*NOBODY, python, "-c", code], cwd="/", capture_output=True).returncode:
        pytest.skip(
            f"{python} has not all that is needed, and this interpreter is out of an ordinary user's reach"
        )
    as_root = tftp("--peer", "tftpd-hpa", *READS)
    as_user = tftp("--peer", "tftpd-hpa", *READS, prefix=NOBODY, python=python)
    assert as_user.code == 0, as_user.text
    assert as_user.verdicts() == as_root.verdicts()


def test_workers_share_the_work_and_agree(tftp, in_tftpd):
    alone = tftp("--peer", "tftpd-hpa", *READS)
    spread = tftp("--peer", "tftpd-hpa", *READS, "-n", "2")
    assert spread.code == 0, spread.text
    assert spread.verdicts() == alone.verdicts()


def test_a_program_that_is_missing_could_not_run_and_says_how_to_get_it(tftp, tmp_path):
    statement = tmp_path / "ghost.toml"
    statement.write_text(
        '[peer]\nname = "ghost"\nadapter = "process"\n'
        '[process]\ncommand = ["no-such-server", "{root}"]\npackage = "no-such-package"\n'
    )
    outcome = tftp("--peer", str(statement), *READS)
    assert outcome.code == 6
    assert set(outcome.verdicts().values()) == {"could not run"}
    assert "Install it: apt-get install no-such-package" in outcome.text


def test_a_server_given_as_a_command_line_is_judged(tftp, in_tftpd):
    command = f"cmd:{in_tftpd} -L -s -c -u nobody -a {{ip}}:{{port}} {{root}}"
    outcome = tftp("--peer", command, *READS)
    assert outcome.code == 0, outcome.text
