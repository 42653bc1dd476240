"""Workers end with the run that started them."""

from __future__ import annotations

import os
import select
import subprocess
import sys

PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
sys.stdin.read()
"""
CHILD = """
import signal
from atmt.lab.lifeline import end_with_parent
print(end_with_parent(), flush=True)
signal.pause()
"""


def test_a_worker_ends_when_its_controller_is_killed() -> None:
    command = [sys.executable, "-c", PARENT, CHILD]
    parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = os.pidfd_open(int(parent.stdout.readline()))
    parent.kill()
    assert select.select([child], [], [], 2.0)[0]
    os.close(child)
    parent.communicate()
