"""Workers on other machines: over ssh, to a server of our own on loopback, with keys of its own."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from releasing import ROOT

from pytest_atmt.peers.program import locate

NO_LOGIN = ("nologin", "false")
PRIVILEGE_SEPARATION = "/run/sshd"  # sshd wants this empty folder if root starts it
SERVER = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
"""
CLIENT = """
Host machine-*
HostName 127.0.0.1
Port {port}
User {user}
IdentityFile {folder}/user
IdentitiesOnly yes
UserKnownHostsFile {folder}/known
GlobalKnownHostsFile none
BatchMode yes
"""


@pytest.fixture
def machines(tmp_path):
    """``machines(name)``: what ``--tx`` calls a machine of its own, as far as ssh can tell."""
    sshd, keygen = locate("sshd"), locate("ssh-keygen")
    if not sshd or not keygen or not locate("ssh"):
        pytest.skip("there is no ssh server (apt-get install openssh-server openssh-client)")
    user = pwd.getpwuid(os.geteuid())
    if Path(user.pw_shell).name in NO_LOGIN:
        pytest.skip(f"{user.pw_name} may not log in, its shell is {user.pw_shell} (run it as a user who may)")
    folder = tmp_path / "ssh"
    folder.mkdir(mode=0o700)
    for key in ("host", "user"):
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True, timeout=30)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "known").write_text(f"[127.0.0.1]:{port} {(folder / 'host.pub').read_text()}")
    (folder / "server").write_text(SERVER.format(port=port, folder=folder))
    (folder / "client").write_text(CLIENT.format(port=port, folder=folder, user=user.pw_name))
    made = os.geteuid() == 0 and not os.path.isdir(PRIVILEGE_SEPARATION)
    if made:
        os.mkdir(PRIVILEGE_SEPARATION, 0o755)
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([sshd, "-D", "-e", "-f", folder / "server"], stderr=log)
    try:
        _await(port, server, folder / "log")
        yield (
            lambda name: (
                f"ssh=machine-{name}//ssh_config={folder}/client//python={sys.executable}//chdir={tmp_path}/{name}"
            )
        )
    finally:
        server.terminate()
        server.wait(10)
        if made:
            os.rmdir(PRIVILEGE_SEPARATION)


def _await(port, server, log):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    pytest.fail(f"sshd did not come up: {log.read_text()}")


def _pytest(folder, *words):
    """The tests of reading, run in `folder`; verdicts by test, and what was printed."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        str(folder / "suites/tftp/test_read.py"),
        "-v",
        "-p",
        "no:cacheprovider",
        *words,
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    record = json.loads((folder / "reports/tftp/report.json").read_text())
    return {test["nodeid"]: test["verdict"] for test in record["tests"]}, done.stdout, record


@pytest.mark.timeout(300)
def test_workers_on_two_machines_come_to_the_verdicts_of_one_and_to_one_record(machines, tmp_path):
    here = tmp_path / "here"
    shutil.copytree(ROOT / "suites", here / "suites", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    expected, _, _ = _pytest(here)
    shutil.rmtree(here / "reports")
    workers = [word for name in ("one", "two") for word in ("--tx", machines(name))]
    found, printed, record = _pytest(here, "--dist", "load", *workers, "--rsyncdir", str(here / "suites"))
    assert found == expected
    assert len(found) > 5
    assert "[gw0]" in printed
    assert "[gw1]" in printed
    assert record["missing"] == []
    assert (tmp_path / "one" / "suites/tftp/test_read.py").is_file()
    assert (here / "reports/tftp/index.html").is_file()
    assert not (tmp_path / "one" / "reports").exists()
