"""What a lab promises about its beginning and its end."""

from __future__ import annotations

import os
import platform
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from atmt.errors import LabUnavailable
from atmt.lab import Lab

Ordinary = Callable[[str], "subprocess.Popen[str]"]
GONE_LIMIT = 2.0  # seconds
UNSHARE = {"x86_64": 272, "aarch64": 97}
HOLD = """
import signal
import sys
from atmt.lab import Lab
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is born deaf to it
with Lab() as lab, lab.topology() as net, lab.topology(peers=2) as other:
    for where, peer in ((net, net.peer), (other, other.peer), (other, other.peers["peer2"])):
        where.start(peer, ["sh", "-c", "sleep 60 & setsid sleep 61 & wait"])
    link = net.packet_socket(net.tester)
    print(lab.mode, flush=True)
    sys.stdin.read()
"""
SERVE = """
from atmt.lab import Lab
with Lab() as lab, lab.topology() as net:
    net.wait_udp(net.peer, 69, net.start(net.peer, ["in.tftpd", "-L", "--secure", "/"]))
    print(lab.mode)
"""
DENIED = """
import errno
from atmt.errors import LabUnavailable
from atmt.lab import Lab
from atmt.lab.agent import kernel, seccomp
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
seccomp.answer([{call}], errno.{name})
try:
    Lab()
except LabUnavailable as error:
    print(error.cause, error.remedy, sep="|")
"""


FORBIDDEN = """
import os
from atmt.errors import LabUnavailable
from atmt.lab import Lab
from atmt.lab.agent import kernel
uid = os.getuid()
kernel.unshare(kernel.CLONE_NEWUSER)
for path, text in (("self/uid_map", f"{uid} {uid} 1"), ("sys/user/max_user_namespaces", "0")):
    with open(f"/proc/{path}", "w") as file:
        file.write(text)
try:
    Lab("single")
except LabUnavailable as error:
    print(error.cause, error.remedy, sep="|")
"""


@pytest.fixture
def holder() -> Iterator[subprocess.Popen[str]]:
    """A process of this user that holds a lab full of peers until its stdin closes."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def offspring(pid: int) -> dict[int, str]:
    """All processes below one, with their names."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, _, rest = stat.read_text().partition(" (")
        except OSError:
            continue
        name, _, rest = rest.rpartition(") ")
        parents[int(number)] = (int(rest.split()[1]), name)
    found: dict[int, str] = {}
    frontier = {pid}
    while frontier:
        frontier = {child for child, (parent, _) in parents.items() if parent in frontier}
        found |= {child: parents[child][1] for child in frontier}
    return found


def together(one: int, other: int) -> bool:
    """Whether two processes are of the same topology."""
    try:
        return os.readlink(f"/proc/{one}/ns/pid") == os.readlink(f"/proc/{other}/ns/pid")
    except OSError:  # ended in between
        return False


class Witness:
    """Sees a set of processes end."""

    def __init__(self, pids: dict[int, str]) -> None:
        self._names = {os.pidfd_open(pid): name for pid, name in pids.items()}

    def __len__(self) -> int:
        return len(self._names)

    def survivors(self, limit: float) -> list[str]:
        """Those that still run after `limit` seconds each."""
        return [name for fd, name in self._names.items() if not self._ended(fd, limit)]

    def _ended(self, fd: int, limit: float) -> bool:
        ended = bool(select.select([fd], [], [], limit)[0])
        os.close(fd)
        return ended


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_nothing_is_left_when_a_lab_is_closed() -> None:
    before = offspring(os.getpid())
    with Lab() as lab, lab.topology() as net, lab.topology(peers=2) as other:
        for where in (net, other):
            where.start(where.peer, ["sh", "-c", "sleep 60 & setsid sleep 61 & wait"])
        witness = Witness({pid: name for pid, name in offspring(os.getpid()).items() if pid not in before})
    assert len(witness) >= 6  # two of the agent, two topologies, two peers
    assert witness.survivors(0) == []


def test_nothing_is_left_when_a_topology_is_closed() -> None:
    with Lab() as lab:
        with lab.topology() as net:
            program = net.start(net.peer, ["sh", "-c", "sleep 60 & setsid sleep 61 & wait"])
            everything = offspring(os.getpid()).items()
            witness = Witness({pid: name for pid, name in everything if together(pid, program.pid)})
        assert len(witness) >= 2
        assert witness.survivors(GONE_LIMIT) == []


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_the_holder_dies(holder: subprocess.Popen[str], death: signal.Signals) -> None:
    assert first_line(holder) in ("root", "single")
    witness = Witness(offspring(holder.pid))
    assert len(witness) >= 7  # two of the agent, two topologies, three peers
    holder.send_signal(death)
    assert witness.survivors(GONE_LIMIT) == []


def test_nothing_is_left_of_an_ordinary_users_lab(as_ordinary_user: Ordinary) -> None:
    holder = as_ordinary_user(HOLD)
    assert first_line(holder) == "single"
    witness = Witness(offspring(holder.pid))
    holder.kill()
    holder.communicate()
    assert len(witness) >= 7
    assert witness.survivors(GONE_LIMIT) == []


def test_an_ordinary_user_runs_tftpd_hpa_on_its_own_port(as_ordinary_user: Ordinary, tftpd: str) -> None:
    assert as_ordinary_user(SERVE).communicate(timeout=30) == ("single\n", "")


@pytest.mark.parametrize(
    ("name", "knob"),
    [("EPERM", "seccomp"), ("ENOSPC", "user.max_user_namespaces"), ("ENOSYS", "another host")],
)
def test_a_machine_without_namespaces_is_told_with_its_remedy(
    as_ordinary_user: Ordinary, name: str, knob: str
) -> None:
    call = UNSHARE.get(platform.machine())
    if call is None:
        pytest.skip(f"the number of unshare(2) on {platform.machine()} is not known here")
    out, err = as_ordinary_user(DENIED.format(call=call, name=name)).communicate(timeout=30)
    assert (err, name in out, "'user namespace'" in out) == ("", True, True)
    assert knob in out.partition("|")[2]


def test_a_machine_that_allows_no_user_namespaces_is_told_which_sysctl_says_so(
    as_ordinary_user: Ordinary,
) -> None:
    out, err = as_ordinary_user(FORBIDDEN).communicate(timeout=30)
    assert err == ""
    cause, _, remedy = out.partition("|")
    assert "'user namespace': ENOSPC" in cause
    assert "user.max_user_namespaces" in remedy


def test_a_watched_process_takes_the_lab_with_it() -> None:
    watched = subprocess.Popen(["sleep", "60"])
    before = offspring(os.getpid())
    with Lab(watch=[watched.pid]) as lab, lab.topology() as net:
        net.start(net.peer, ["sleep", "60"])
        witness = Witness({pid: name for pid, name in offspring(os.getpid()).items() if pid not in before})
        watched.kill()
        watched.wait()
        assert witness.survivors(GONE_LIMIT) == []
        with pytest.raises(LabUnavailable, match="is gone"):
            net.leftovers()


def test_a_lab_outlives_the_thread_that_opened_it() -> None:
    with ThreadPoolExecutor(1) as pool:
        lab = pool.submit(Lab).result()
    with lab, lab.topology() as net:
        assert net.start(net.peer, ["true"]).wait() == 0


def test_two_labs_work_at_once() -> None:
    def use(_: int) -> list[int]:
        with Lab() as lab:
            return [_one_status(lab, number) for number in range(10)]

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(use, range(2))) == [list(range(10))] * 2


def test_threads_share_a_lab(lab: Lab) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda number: _one_status(lab, number), range(20))) == list(range(20))


def test_threads_share_a_topology(lab: Lab) -> None:
    with lab.topology() as net, ThreadPoolExecutor(4) as pool:
        programs = pool.map(lambda number: net.start(net.peer, ["sh", "-c", f"exit {number}"]), range(20))
        assert [program.wait() for program in programs] == list(range(20))


def test_a_hung_lab_is_an_error_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atmt.lab.channel.ANSWER_LIMIT", 0.2)
    monkeypatch.setattr("atmt.lab.lab.END_LIMIT", 0.2)
    before = offspring(os.getpid())
    with Lab() as lab, lab.topology() as net:
        agent = {pid: name for pid, name in offspring(os.getpid()).items() if pid not in before}
        witness = Witness(agent)
        for pid in agent:
            os.kill(pid, signal.SIGSTOP)
        with pytest.raises(LabUnavailable, match="did not answer"):
            net.leftovers()
    assert witness.survivors(GONE_LIMIT) == []


def test_a_closed_topology_says_that_it_is_closed(lab: Lab) -> None:
    with lab.topology() as net:
        pass
    with pytest.raises(LabUnavailable, match="closed"):
        net.leftovers()
    net.close()


def test_a_closed_lab_says_that_it_is_closed() -> None:
    with Lab() as lab:
        pass
    with pytest.raises(LabUnavailable, match="closed"):
        lab.topology()
    lab.close()


def test_an_interrupted_call_does_not_shift_the_answers(lab: Lab) -> None:
    with lab.topology() as net:
        program = net.start(net.peer, ["sh", "-c", "exit 5"])
        with _alarm_in(0.02), pytest.raises(InterruptedError):
            _repeat(net.leftovers)
        assert program.wait() == 5
        assert net.leftovers() == []


def _repeat(call: Callable[[], object]) -> None:
    while True:
        call()


@contextmanager
def _alarm_in(seconds: float) -> Iterator[None]:
    """Raises InterruptedError in the middle of whatever the main thread does then."""

    def interrupt(*_: object) -> None:
        raise InterruptedError

    previous = signal.signal(signal.SIGUSR2, interrupt)
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGUSR2))
    timer.start()
    try:
        yield
    finally:
        timer.join()
        signal.signal(signal.SIGUSR2, previous)


def _one_status(lab: Lab, number: int) -> int:
    with lab.topology() as net:
        return net.start(net.peer, ["sh", "-c", f"exit {number}"]).wait()
