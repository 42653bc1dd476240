"""Lets a process end with the one that started it, as a worker of a test run must.

Knows neither pytest nor labs.  Not for peers and agents: a change of identity undoes it, and it follows the
thread that forked, not the process.
"""

from __future__ import annotations

import os
import signal

from atmt.lab.agent import kernel


def end_with_parent() -> int:
    """From now on this process is killed when the thread that started it ends; returns the parent's pid.

    For workers that are forked from a main thread, as those of pytest-xdist are: else they outlive a killed
    controller by seconds, and what they hold with them.
    """
    parent = os.getppid()
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended just before
        os.kill(os.getpid(), signal.SIGKILL)
    return parent
