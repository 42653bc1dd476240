"""Programs of many processes and threads: nobody is forgotten, and nobody waits for the dead."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

from vtimepeers import Program

from atmt.lab.vtime import PeerClock

Run = Callable[..., Program]
MANY_THREADS = """
import threading, time
def sleeper(n):
    time.sleep(n / 10)
threads = [threading.Thread(target=sleeper, args=(n,)) for n in range(1, 31)]
[t.start() for t in threads]
[t.join() for t in threads]
print(time.monotonic())
"""
MANY_CHILDREN = """
import os, time
for n in range(1, 31):
    if os.fork() == 0:
        time.sleep(n)
        os._exit(0)
ends = []
for n in range(30):
    os.wait()
    ends.append(round(time.monotonic() - 1000, 6))
print(ends)
"""
RELAY = """
import os, socket, time
a, b = socket.socketpair()
if os.fork() == 0:
    for n in range(200):
        b.send(b"%d" % n)
        b.recv(10)
    time.sleep(1)
    os._exit(0)
for n in range(200):
    a.send(a.recv(10))
os.wait()
print(time.monotonic())
"""
BEREFT = """
import os, time
pid = os.fork() or time.sleep(9) or os._exit(0)
print(pid, flush=True)
os.wait()
time.sleep(5)
"""


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


def test_every_thread_has_its_own_deadline(run: Run) -> None:
    program = run(*python(MANY_THREADS))
    jumps = program.jumps()
    assert [round(at, 6) for at in jumps] == [n / 10 for n in range(1, 31)]
    assert program.output() == f"{1000.0 + jumps[-1]}"


def test_children_are_waited_for_from_before_they_are_born(run: Run) -> None:
    program = run(*python(MANY_CHILDREN))
    assert program.jumps() == list(range(1, 31))
    assert program.output() == str([float(n) for n in range(1, 31)])


def test_a_message_between_two_processes_is_not_overlooked(run: Run) -> None:
    program = run(*python(RELAY))
    assert program.jumps() == [1]
    assert program.output() == "1001.0"


def test_a_killed_child_does_not_hold_up_the_clock(run: Run) -> None:
    program = run(*python(BEREFT))
    assert program.process.stdout is not None
    child = int(program.process.stdout.readline())
    program.settle()
    os.kill(child, signal.SIGKILL)
    assert program.jumps() == [5]


def test_when_all_have_ended_it_is_quiet_for_ever(run: Run, clock: PeerClock) -> None:
    program = run("true")
    program.process.wait(5)
    clock.quiet()
    assert clock.next_deadline() is None


def test_a_deadline_that_is_no_whole_nanosecond_is_not_undershot(clock: PeerClock) -> None:
    for n in range(1, 2000):
        at = n * 0.1 + n * 1e-7 / 3
        clock.advance_to(at)
        assert at <= clock.now() < at + 2e-9


def test_the_clock_never_goes_back(clock: PeerClock) -> None:
    clock.advance_to(2)
    clock.advance_to(1)
    assert clock.now() == 2


def test_a_shell_and_its_background_jobs_live_under_the_clock(run: Run) -> None:
    program = run("sh", "-c", "sleep 1; sleep 2 & wait; (sleep 3); echo done")
    assert program.jumps() == [1, 3, 6]
    assert program.output() == "done"
