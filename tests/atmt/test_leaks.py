"""What automata leave behind: nothing."""

from __future__ import annotations

import gc
import os
import threading
import warnings

import pytest

from atmt import ATMT, Automaton


class Hello(Automaton):
    @ATMT.state(initial=1)
    def BEGIN(self): ...

    @ATMT.condition(BEGIN)
    def wait_for_nothing(self):
        raise self.END()

    @ATMT.state(final=1)
    def END(self): ...


class Idle(Automaton):
    @ATMT.state(initial=1)
    def A(self): ...

    @ATMT.timeout(A, 3600)
    def never(self): ...


def test_forgotten_automata_leave_no_warning_thread_or_descriptor():
    Hello().run()
    gc.collect()  # what earlier tests left to the collector is theirs
    threads, descriptors = threading.active_count(), len(os.listdir("/proc/self/fd"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(300):
            Hello()
            Hello().run()
            Idle()
        gc.collect()
    assert threading.active_count() == threads
    assert len(os.listdir("/proc/self/fd")) == descriptors


def test_memory_is_flat_over_many_runs():
    automaton = Hello()
    automaton.run()
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(2000):
        automaton.run()
    gc.collect()
    assert len(gc.get_objects()) - before < 50


def test_nothing_is_written_to_a_descriptor_after_it_was_closed():
    automaton = Hello()
    automaton.runbg()
    automaton.wait(5)
    reader, writer = os.pipe()
    automaton.stop()
    automaton.forcestop()
    automaton.destroy()
    os.set_blocking(reader, False)
    with pytest.raises(BlockingIOError):
        os.read(reader, 1)
    os.close(reader)
    os.close(writer)
