"""Programs as peers where namespaces are denied: on loopback if they can, else they could not run; never green."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

# by a filter as containers have it; by the sysctl, after which exec takes what power is left
DENIED = """
import errno, sys
import pytest
from atmt.lab.agent import kernel, seccomp
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
seccomp.answer([{unshare}], errno.EPERM)
sys.exit(pytest.main(sys.argv[1:]))
"""
USED_UP = """
import os, sys
from atmt.lab.agent import kernel
uid = os.geteuid()
kernel.unshare(kernel.CLONE_NEWUSER)
for path, text in (("self/uid_map", f"65534 {{uid}} 1"), ("sys/user/max_user_namespaces", "0")):
    with open(f"/proc/{{path}}", "w") as file:
        file.write(text)
os.execv(sys.executable, [sys.executable, "-m", "pytest", *sys.argv[1:]])
"""
NO_PACKETS = """
import ctypes, errno, sys
import pytest
from atmt.lab.agent import kernel, seccomp
program = kernel.FilterProgram([
    (seccomp.LOAD, 0, 0, seccomp.OFFSET_OF_NUMBER),
    (seccomp.JUMP_IF_EQUAL, 0, 3, {socket}),
    (seccomp.LOAD, 0, 0, 16),  # its first argument
    (seccomp.JUMP_IF_EQUAL, 0, 1, 17),  # AF_PACKET
    (seccomp.RETURN, 0, 0, seccomp.ANSWER | errno.EPERM),
    (seccomp.RETURN, 0, 0, seccomp.ALLOW),
])
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
kernel.prctl(kernel.PR_SET_SECCOMP, seccomp.SECCOMP_MODE_FILTER, ctypes.addressof(program))
sys.exit(pytest.main(sys.argv[1:]))
"""
ARGUMENTS = ("-q", "-p", "no:cacheprovider", "--atmt-html=no", "--peer", "program")
UNSHARE = {"x86_64": 272, "aarch64": 97}
SOCKET = {"x86_64": 41, "aarch64": 198}
SERVER = """
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], int(sys.argv[2])))
while True:
    data, client = s.recvfrom(99)
    time.sleep(3)
    s.sendto({answer!r}, client)
"""
TEST = """
from pytest_atmt import requirement

@requirement("PING-1")
def test_ping(ping):
    assert ping().duration == 3
"""


@pytest.fixture
def judge(suite):
    """``judge(port, answer, how, *options)``: exit code and record of a run that may make no namespaces."""
    machine = os.uname().machine
    call = UNSHARE.get(machine)
    if call is None:
        pytest.skip(f"the number of unshare(2) on {machine} is not known here")

    def run(port, answer=b"pong", how=DENIED, *options):
        path = suite.pytester.path
        (path / "server.py").write_text(SERVER.format(answer=answer))
        (path / "test_it.py").write_text(TEST)
        command = [sys.executable, "-I", "-S", str(path / "server.py"), "{ip}", port]
        process = f'command = {command!r}\nclock = "virtual"\nready_udp = 7'
        suite.peer("program", f'[peer]\nadapter = "process"\n[process]\n{process}\n')
        code = [sys.executable, "-c", how.format(unshare=call, socket=SOCKET[machine]), *ARGUMENTS, *options]
        done = subprocess.run(code, cwd=path, capture_output=True, timeout=110)
        return done.returncode, suite.record()

    return run


@pytest.mark.parametrize(("how", "errno"), [(DENIED, "EPERM"), (USED_UP, "ENOSPC")])
def test_a_program_that_takes_a_port_is_judged_on_loopback_and_the_record_says_so(judge, how, errno):
    code, record = judge("{port}", b"pong", how)
    assert code == 0
    provenance = record["peers"]["program"]["provenance"]
    assert provenance["clock"] == "virtual"
    assert provenance["network"].startswith("loopback: the lab could not get past the stage")
    assert f"': {errno}, " in provenance["network"]
    assert provenance["lab"] == "loopback"


def test_its_failures_are_failures(judge):
    code, record = judge("{port}", b"nonsense")
    assert (code, record["tests"][0]["verdict"]) == (1, "fail")


def test_a_program_that_takes_none_could_not_run(judge):
    code, record = judge("7")
    assert (code, record["tests"][0]["verdict"]) == (6, "could not run")
    assert "has no {port} in its command" in record["tests"][0]["reason"]
    assert "unprivileged_userns_clone" in record["tests"][0]["reason"]


@pytest.mark.parametrize(
    ("how", "remedy"), [(DENIED, "unprivileged_userns_clone"), (USED_UP, "user.max_user_namespaces")]
)
def test_whoever_insists_on_namespaces_is_told_what_would_allow_them(judge, how, remedy):
    code, record = judge("{port}", b"pong", how, "--atmt-lab", "single")
    assert (code, record["tests"][0]["verdict"]) == (6, "could not run")
    assert remedy in record["tests"][0]["reason"]


def test_a_machine_that_refuses_packet_sockets_is_no_fault_of_ours_nor_of_the_peer(judge):
    code, record = judge("7", b"pong", NO_PACKETS)
    assert (code, record["tests"][0]["verdict"]) == (6, "could not run")
    assert "AF_PACKET is refused: Operation not permitted" in record["tests"][0]["reason"]
    assert "seccomp profile" in record["tests"][0]["reason"]
