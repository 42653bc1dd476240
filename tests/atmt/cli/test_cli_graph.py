"""`atmt graph`."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from atmt.cli.group import atmt

MACHINE = """
from atmt import ATMT, Automaton

class Machine(Automaton):
    @ATMT.state(initial=True)
    def BEGIN(self): raise self.END()
    @ATMT.state(final=True)
    def END(self): ...

class Other: ...
"""


@pytest.fixture
def atmt_graph(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "machines.py").write_text(MACHINE)
    return lambda *args: CliRunner().invoke(atmt, ["graph", *args])


def test_without_a_file_the_table_is_printed(atmt_graph):
    done = atmt_graph("machines.py:Machine")
    assert done.exit_code == 0
    assert done.output.startswith("Machine: 2 states, 1 transition\n")


def test_a_class_of_scapys_is_adopted(atmt_graph):
    done = atmt_graph("scapy.layers.tftp:TFTP_read")
    assert "retransmit_last_packet" in done.output


def test_a_drawing_goes_into_the_file(atmt_graph, tmp_path):
    assert atmt_graph("machines.py:Machine", "-o", "m.dot").output == "wrote m.dot\n"
    assert (tmp_path / "m.dot").read_text().startswith("digraph")


@pytest.mark.parametrize(
    ("args", "remedy"),
    [
        (("machines.py",), "write module:Class"),
        (("machines.py:Mashine",), "automata in it: Machine"),
        (("machines.py:Other",), "is no automaton; name a subclass"),
        (("nowhere.py:Machine",), "there is no file nowhere.py"),
        (("no_such_module:Machine",), "there is no module 'no_such_module'"),
        (("machines.py:Machine", "-o", "m.jpg"), "choose one of svg"),
        (("machines.py:Machine", "-o", "nowhere/m.dot"), "cannot be written"),
    ],
)
def test_an_error_is_one_line_with_its_remedy_and_exit_code_2(atmt_graph, args, remedy):
    done = atmt_graph(*args)
    assert done.exit_code == 2
    assert remedy in done.output.splitlines()[-1]
