"""The doctor tells what is there by trying, and a remedy for what is not."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner

from atmt.cli.doctor import command
from atmt.lab import doctor
from atmt.lab.agent import seccomp
from atmt.lab.doctor import Finding, PeerProgram, examine
from atmt.lab.vtime import build

UNSHARE = {"x86_64": 272, "aarch64": 97}
WITHOUT_NAMESPACES = """
from atmt.lab.agent import seccomp
from atmt.lab import doctor
seccomp.kernel.prctl(seccomp.kernel.PR_SET_NO_NEW_PRIVS, 1)
seccomp.answer([{call}], {errno})
for finding in doctor.examine():
    print(finding.what, finding.ok, finding.remedy, sep="|")
"""


USED_UP = """
import os
from atmt.lab import doctor
from atmt.lab.agent import kernel
uid = os.geteuid()
kernel.unshare(kernel.CLONE_NEWUSER)
for path, text in (("self/uid_map", f"65534 {uid} 1"), ("sys/user/max_user_namespaces", "0")):
    with open(f"/proc/{path}", "w") as file:
        file.write(text)
for finding in doctor.examine():
    print(finding.what, finding.ok, finding.remedy, sep="|")
"""


def named(findings: list[Finding], what: str) -> Finding:
    return next(finding for finding in findings if finding.what == what)


def test_there_is_a_remedy_exactly_where_something_is_missing() -> None:
    findings = examine()
    assert all(finding.ok != bool(finding.remedy) and finding.detail for finding in findings)
    assert len({finding.what for finding in findings}) == len(findings)


def test_a_program_that_is_missing_is_named_with_how_to_get_it() -> None:
    peer = PeerProgram("tftpd-hpa", "", "in.tftpd", "Install it")
    found = named(examine([peer]), "peer tftpd-hpa")
    assert found == Finding("peer tftpd-hpa", False, "in.tftpd is not installed", "Install it")


def test_without_a_compiler_virtual_time_is_missing_and_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(build, "compiler", lambda: None)
    build.library.cache_clear()
    findings = examine()
    build.library.cache_clear()
    assert "apt-get install gcc" in named(findings, "C compiler").remedy
    assert "apt-get install gcc" in named(findings, "virtual time").remedy


def test_a_machine_without_namespaces_still_gets_its_report() -> None:
    call = UNSHARE[os.uname().machine]
    code = WITHOUT_NAMESPACES.format(call=call, errno=errno.EPERM)
    assert seccomp.supported()
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    rows = {row[0]: row[1:] for row in (line.split("|") for line in said.splitlines())}
    assert rows["user namespaces"][0] == "False"
    assert "unprivileged_userns_clone" in rows["user namespaces"][1]
    assert rows["npm"][0] in ("True", "False")


def test_a_sysctl_that_forbids_namespaces_is_named() -> None:
    said = subprocess.run([sys.executable, "-c", USED_UP], capture_output=True, text=True, check=True).stdout
    rows = {row[0]: row[1:] for row in (line.split("|") for line in said.splitlines())}
    assert rows["user namespaces"][0] == "False"
    assert "user.max_user_namespaces" in rows["user namespaces"][1]


def test_the_command_shows_every_finding_and_every_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = [Finding("this", True, "is there"), Finding("that", False, "is not there", "Get it")]
    monkeypatch.setattr(doctor, "examine", lambda peers: findings)
    that = "no   that: is not there\n       Get it\n"
    assert CliRunner().invoke(command).output == "yes  this: is there\n" + that
    assert CliRunner().invoke(command, "--missing").output == that


def test_every_program_of_a_shipped_suite_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[PeerProgram] = []

    def remember(peers: Iterable[PeerProgram]) -> list[Finding]:
        asked.extend(peers)
        return []

    monkeypatch.setattr(doctor, "examine", remember)
    CliRunner().invoke(command, catch_exceptions=False)
    assert {"dnsmasq", "tftpy", "curl"} <= {peer.name for peer in asked}
    assert all(bool(peer.found) != bool(peer.remedy) for peer in asked)
