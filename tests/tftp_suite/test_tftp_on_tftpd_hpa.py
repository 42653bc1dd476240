"""The suite against Debian's tftpd-hpa in a namespace, as root and as an ordinary user."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from uuid import uuid4

import pytest

READS = ("-k", "test_a_short_block_ends_the_transfer or test_a_missing_file")
ALONE = pytest.StashKey[list]()  # the outcome without workers, found out once
TIMED = (*READS[:1], f"{READS[1]} or test_retransmission and comes_again")
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
# ids for nobody, in a mount namespace in which alone the files say so
GRANT = """
grant=$(mktemp) && echo 65534:200000:65536 > $grant && chmod 644 $grant || exit
mount --bind $grant /etc/subuid && mount --bind $grant /etc/subgid && rm $grant && exec "$@"
"""
GRANTED = ("unshare", "--mount", "sh", "-c", GRANT, "sh")


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


def test_users_with_one_id_and_with_many_get_the_verdicts_of_root(tftp, in_tftpd):
    if os.geteuid() != 0:
        pytest.skip("runs as an ordinary user already")
    python = os.environ.get("ATMT_USER_PYTHON", "/usr/bin/python3")
    code = "import pytest, scapy, click, atmt"
    if subprocess.run([*NOBODY, python, "-c", code], cwd="/", capture_output=True).returncode:
        pytest.skip(
            f"{python} has not all that is needed, and this interpreter is out of an ordinary user's reach"
        )
    modes = {"root": ((), sys.executable), "single": (NOBODY, python)}
    if shutil.which("newuidmap"):
        modes["subuid"] = ((*GRANTED, *NOBODY), python)
    runs = {
        mode: tftp("--peer", "tftpd-hpa", "--atmt-lab", mode, *READS, prefix=prefix, python=which)
        for mode, (prefix, which) in modes.items()
    }
    for mode, run in runs.items():
        assert run.code == 0, run.text
        assert run.verdicts() == runs["root"].verdicts()
        assert run.record["peers"]["tftpd-hpa"]["provenance"]["lab"] == mode


@pytest.mark.parametrize("mode", ["load", "loadscope", "loadfile", "loadgroup", "worksteal"])
def test_eight_workers_on_few_processors_agree_however_the_work_is_spread(tftp, in_tftpd, mode, request):
    known = request.session.stash.setdefault(ALONE, [])
    if not known:
        known.append(tftp("--peer", "tftpd-hpa", *TIMED))
    [alone] = known
    spread = tftp("--peer", "tftpd-hpa", *TIMED, "-n", "8", "--dist", mode)
    assert len(alone.verdicts()) > 10
    assert spread.verdicts() == alone.verdicts()
    assert (spread.code, spread.left) == (alone.code, [])
    assert "8 workers" in spread.text


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
