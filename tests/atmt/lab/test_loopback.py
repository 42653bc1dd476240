"""Where there are no namespaces a lab lives on this machine's loopback, and leaves as little behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atmt.errors import LabUnavailable
from atmt.lab import Lab, Topology

Python = Callable[[str], list[str]]
Ordinary = Callable[[str], "subprocess.Popen[str]"]
GONE_LIMIT = 2.0  # seconds
ECHO = """
import socket, subprocess
subprocess.Popen(["sleep", "60"], start_new_session=True)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", {port}))
print("ready", flush=True)
while True:
    data, sender = s.recvfrom(99)
    s.sendto(data[::-1], sender)
"""
PARENT = """
import subprocess, time
print(subprocess.Popen(["sleep", "60"], start_new_session=True).pid, flush=True)
time.sleep(60)
"""
HOLD = f"""
import sys
from atmt.lab import Lab
with Lab("loopback") as lab, lab.topology() as net:
    process = net.start(net.peer, [sys.executable, "-I", "-S", "-c", {PARENT!r}])
    child = net.wait_log("[0-9]+", process).text
    print(process.pid, child, net.folder("root").inside, flush=True)
    sys.stdin.read()
"""
DENIED = """
import errno
from atmt.lab import Lab
from atmt.lab.agent import kernel, seccomp
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
seccomp.answer([{unshare}], errno.EPERM)
with Lab.at_best() as lab, lab.topology() as net:
    status = net.start(net.peer, ["python3", "-c", "import os; os.setgroups([]); os.setuid(12345)"]).wait()
    print(lab.mode, status, net.peer.ipv4, lab.reduced)
"""
NESTED = """
import os, signal, time
from atmt.lab.agent import kernel
kernel.unshare(kernel.CLONE_NEWUSER | kernel.CLONE_NEWPID)
if os.fork():
    os.waitpid(-1, 0)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execv("/bin/sleep", ["sleep", "60"])
"""
UNSHARE = {"x86_64": 272, "aarch64": 97}


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab("loopback") as opened:
        yield opened


@pytest.fixture
def net(lab: Lab) -> Iterator[Topology]:
    with lab.topology() as made:
        yield made


@pytest.fixture
def served(net: Topology, python: Python) -> int:
    """The port of an echo server in `net`, which also left a child in a session of its own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    net.wait_udp(net.peer, port, net.start(net.peer, python(ECHO.format(port=port))))
    return port


def test_a_program_answers_and_is_heard(net: Topology, served: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.sendto(b"abc", (net.peer.ipv4, served))
        assert sock.recv(99) == b"cba"
    assert net.log.text() == "ready"


@pytest.mark.usefixtures("served")
def test_only_what_was_started_here_is_left_over_and_cleaned_away(net: Topology) -> None:
    assert net.leftovers() == ["sleep 60"]
    net.clean()
    assert net.leftovers() == []


def test_what_has_a_pid_namespace_of_its_own_is_known_by_the_number_that_it_has_here(net: Topology) -> None:
    process = net.start(net.peer, [sys.executable, "-c", NESTED])
    _wait_until(lambda: net.leftovers() == ["sleep 60"])  # there it is process 1
    net.clean()
    assert (process.running(), net.leftovers()) == (False, [])


def test_nothing_is_left_when_the_topology_is_closed(net: Topology) -> None:
    process = net.start(net.peer, ["sleep", "60"])
    folder = net.folder("root")
    (folder.outside / "file").write_text("content")
    assert Path(folder.inside, "file").read_text() == "content"
    net.close()
    _wait_until(lambda: not Path(f"/proc/{process.pid}").exists() and not Path(folder.inside).exists())


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_when_the_holder_dies(death: signal.Signals) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    parent, child, folder = holder.stdout.readline().split()
    holder.send_signal(death)
    holder.communicate()
    made = (Path(f"/proc/{parent}"), Path(f"/proc/{child}"), Path(folder))
    _wait_until(lambda: not any(path.exists() for path in made))


def test_a_watched_process_takes_everything_with_it() -> None:
    watched = subprocess.Popen(["sleep", "60"])
    with Lab("loopback", watch=[watched.pid]) as lab, lab.topology() as net:
        process = net.start(net.peer, ["sleep", "60"])
        watched.kill()
        watched.wait()
        _wait_until(lambda: not process.running())


def test_raw_packets_and_larger_networks_are_refused(lab: Lab, net: Topology) -> None:
    with pytest.raises(LabUnavailable, match="no raw packets"):
        net.packet_socket(net.tester)
    with pytest.raises(LabUnavailable, match="one plain cable"):
        lab.topology(peers=2)
    with pytest.raises(LabUnavailable, match="one plain cable"):
        lab.topology(mtu=9000)


def test_an_ordinary_user_without_namespaces_gets_it_with_the_reason(as_ordinary_user: Ordinary) -> None:
    call = UNSHARE.get(os.uname().machine)
    if call is None:
        pytest.skip(f"the number of unshare(2) on {os.uname().machine} is not known here")
    out, err = as_ordinary_user(DENIED.format(unshare=call)).communicate(timeout=30)
    assert err == ""
    assert out.startswith("loopback 0 127.0.0.1 the lab could not get past the stage 'user namespace': EPERM")


def _wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + GONE_LIMIT
    while not holds():
        assert time.monotonic() < end, f"not so after {GONE_LIMIT} s"
        time.sleep(0.005)
