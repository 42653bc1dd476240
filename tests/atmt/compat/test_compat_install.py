"""The runtime swapped beneath Scapy, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.fixture
def python():
    def run(code):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        return done.stdout.strip() or done.stderr.strip().splitlines()[-1]

    return run


INSTALL = "from atmt.compat import install; install(); install()\n"


def test_the_names_of_scapys_module_are_all_there(python):
    code = "import scapy.automaton as a; names = set(vars(a))\n" + INSTALL
    assert python(code + "import scapy.automaton as b; print(names - set(vars(b)), a is b)") == "set() False"


def test_layers_subclass_our_automaton(python):
    code = INSTALL + "from scapy.layers.tftp import TFTP_read; import atmt\n"
    assert python(code + "print(issubclass(TFTP_read, atmt.Automaton))") == "True"


def test_scapy_all_exports_our_runtime(python):
    assert python(INSTALL + "from scapy.all import *; print(ATMT.__module__.partition('.')[0])") == "atmt"


def test_pipes_stay_scapys_own(python):
    code = "from scapy.automaton import ObjectPipe as theirs\n" + INSTALL
    assert (
        python(code + "from scapy.automaton import ObjectPipe, select_objects; print(ObjectPipe is theirs)")
        == "True"
    )


def test_after_the_layers_it_is_too_late_and_says_so(python):
    said = python("from scapy.layers.tftp import TFTP_read\n" + INSTALL)
    assert "comes too late" in said
    assert "scapy.layers.tftp.TFTP_read" in said
    assert "call it before the first import" in said
