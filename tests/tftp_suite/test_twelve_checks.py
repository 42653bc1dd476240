"""Twelve checks that make the harness believable, numbered as in its plan; what is tested elsewhere is pointed to."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from threading import Event
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from atmt.cli.group import atmt
from tests.mutants.judge import found, judge, judge_mutant
from tests.mutants.servers import MUTANTS

pytestmark = pytest.mark.timeout(400)  # whole runs of the suite, perhaps beside other work

NOT_GREEN = ("failure", "error", "skipped")
READS = ("-k", "test_a_short_block_ends_the_transfer")
SOME = ("-k", "test_read.py or test_write.py")
FEW = ("test_a_short_block_ends_the_transfer", "test_a_missing_file_is_error_1")


def _program(name):
    path = shutil.which(name, path="/usr/sbin:/sbin:/usr/bin:/bin")
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def test_1_the_reference_pair_passes_everything(tftp):
    """In virtual time: server and client of the suite's own, each judged by the other's tests."""
    outcome = tftp("-q", "--atmt-html=no", limit=380)
    assert outcome.code == 0, outcome.text
    others = {name: verdict for name, verdict in outcome.verdicts().items() if verdict != "pass"}
    assert set(others.values()) == {"not applicable"}
    assert {name.partition("[")[0] for name in others} == {
        "test_a_server_that_takes_no_files_says_so",
        "test_the_mode_of_a_uri_is_asked_for",
        "test_the_escapes_of_a_uri_are_decoded",
    }
    assert {peer["outcome"] for peer in outcome.record["peers"].values()} == {"PASS"}


def test_2_two_independent_servers_are_judged_and_differ(tftp):
    """All of them, and where they differ: tests/tftp_suite/test_tftp_on_tftpd_hpa.py and the gallery."""
    _program("in.tftpd"), _program("dnsmasq")
    found = tftp("--peer", "tftpd-hpa", "--peer", "dnsmasq", *SOME).verdicts()
    by_peer = {
        peer: {name.replace(peer, ""): verdict for name, verdict in found.items() if peer in name}
        for peer in ("tftpd-hpa", "dnsmasq")
    }
    assert by_peer["tftpd-hpa"].keys() == by_peer["dnsmasq"].keys()
    assert by_peer["tftpd-hpa"] != by_peer["dnsmasq"]
    assert all("pass" in verdicts.values() for verdicts in by_peer.values())


def test_3_a_mutant_is_killed_for_its_reason():
    """All of them, by each test that names the fault: tests/mutants/test_tftp_servers.py.

    The score: ``python -m tests.mutants``.
    """
    assert len(MUTANTS) >= 10
    assert all(mutant.breaks for mutant in MUTANTS)
    assert found(judge_mutant(MUTANTS[0])) >= set(MUTANTS[0].breaks)


def test_4_a_dead_peer_is_incomplete(tftp, broken_server):
    outcome = tftp("--peer", broken_server("silent"), *READS)
    assert outcome.code == 6
    assert {peer["outcome"] for peer in outcome.record["peers"].values()} == {"INCOMPLETE"}


def test_5_garbage_is_a_failure_and_no_error_of_ours(tftp, broken_server):
    outcome = tftp("--peer", broken_server("garbage"), *READS)
    assert outcome.code == 1
    assert set(outcome.verdicts().values()) == {"fail"}


def test_6_a_peer_that_dies_midway_fails_and_the_next_test_has_a_fresh_one(tftp):
    """It dies of a long mode, which fuzzing sends; see also tests/pytest_atmt/test_process_peers.py."""
    server = Path(__file__).with_name("fragile_server.py")
    peer = f"cmd:{sys.executable} {server} {{ip}} {{port}} {{root}}"
    outcome = tftp("--peer", peer, "-k", "server_no_harm or short_block", "--atmt-fuzz", "100")
    verdicts = outcome.verdicts()
    assert outcome.code == 1
    died = [t for t in outcome.record["tests"] if t["verdict"] == "fail"]
    assert died
    assert all("exited with status 1" in t["reason"] for t in died)
    short = [v for name, v in verdicts.items() if "short_block" in name]
    assert short
    assert set(short) == {"pass"}


def test_7_the_same_run_twenty_times_has_the_same_verdicts():
    runs = [{(one.test, one.verdict) for one in judge(tests=FEW)} for _ in range(20)]
    assert all(run == runs[0] for run in runs)
    assert {verdict for _, verdict in runs[0]} == {"pass"}


def test_8_a_run_replayed_from_its_own_record_and_captures_has_the_same_verdicts(tftp, tmp_path):
    """Failures and silence too: tests/pytest_atmt/test_replay.py."""
    first = tftp(*SOME, "--atmt-capture=always")
    report = Path(re.findall(r"record: (\S+)", first.text)[-1]).parent
    kept = shutil.copytree(report, tmp_path / "kept")
    for recorded in (kept / "report.json", kept / "captures"):
        again = tftp(*SOME, "--atmt-replay", str(recorded))
        assert again.verdicts() == first.verdicts()
        assert _paths(again.record) == _paths(first.record)


def test_9_a_host_that_stalls_makes_no_failure_that_was_not_there(broken_server, root, tmp_path):
    """Two hundred milliseconds at a time, in real time, on a server that is right."""
    server = broken_server("right")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "suites/tftp",
        "-q",
        "-p",
        "no:cacheprovider",
        "--peer",
        server,
    ]
    run = subprocess.Popen(
        [*command, *READS, "--atmt-report", str(tmp_path / "out")],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
    )
    pause = Event()
    while run.poll() is None:
        for what in (signal.SIGSTOP, signal.SIGCONT):
            run.send_signal(what)
            pause.wait(0.2)
    assert run.stdout is not None
    said = run.stdout.read()
    assert run.returncode in (0, 6), said
    assert " fail" not in said.splitlines()[-1]


def test_10_deselecting_everything_is_not_green(tftp):
    """More attempts: tests/pytest_atmt/test_attempts_at_green.py."""
    assert tftp("-k", "no_such_test").code == 5
    assert tftp("--requirement", "RFC9999*").code == 5


def test_11_the_suite_is_without_complaint(root):
    done = CliRunner().invoke(atmt, ["lint", str(root / "suites/tftp")])
    assert done.exit_code == 0, done.output


def test_12_every_report_says_the_same_numbers(tftp, tmp_path):
    """On many verdicts, in a browser, and in Allure: tests/report/test_mixed_run.py."""
    files = {name: tmp_path / name for name in ("pytest.xml", "ours.xml", "summary.md")}
    outcome = tftp(
        *SOME,
        "--junitxml",
        str(files["pytest.xml"]),
        "--atmt-junit",
        str(files["ours.xml"]),
        "--atmt-summary",
        str(files["summary.md"]),
    )
    counts = Counter(outcome.verdicts().values())
    total = sum(counts.values())
    [peer] = outcome.record["peers"].values()
    assert peer["counts"] == counts
    assert f"{counts['pass']} pass of {total} tests" in outcome.text
    assert f"{counts['pass']} pass of {total} tests" in files["summary.md"].read_text()
    for name in ("pytest.xml", "ours.xml"):
        cases = list(ElementTree.parse(files[name]).iter("testcase"))
        assert len(cases) == total
        assert (
            sum(not [e for e in case if e.tag in ("failure", "error", "skipped")] for case in cases)
            == counts["pass"]
        )
    page = Path(re.findall(r"page: +(\S+)", outcome.text)[-1]).read_text()
    assert not re.findall(r"""(?:src|href)=["']https?://""", page)


def _paths(record):
    return {t["nodeid"]: [run["steps"] for run in t["runs"]] for t in record["tests"]}
