"""`atmt exec`: Scapy scripts on our runtime."""

from __future__ import annotations

import subprocess
import sys

import pytest

HELLO = """
import sys
from scapy.automaton import ATMT, Automaton

class HelloWorld(Automaton):
    @ATMT.state(initial=1)
    def BEGIN(self):
        print("State=BEGIN", *sys.argv[1:])

    @ATMT.condition(BEGIN)
    def wait_for_nothing(self):
        raise self.END()

    @ATMT.state(final=1)
    def END(self):
        print("State=END")

if __name__ == "__main__":
    a = HelloWorld()
    a.run()
    a.destroy()
    print(Automaton.__module__.partition(".")[0])
"""


@pytest.fixture
def atmt_exec(tmp_path):
    def run(script, *args):
        (tmp_path / "script.py").write_text(script)
        command = [sys.executable, "-m", "atmt", "exec", str(tmp_path / "script.py"), *args]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def test_a_scapy_script_runs_unmodified_on_our_runtime(atmt_exec):
    done = atmt_exec(HELLO, "--name", "x")
    assert (done.returncode, done.stdout) == (0, "State=BEGIN --name x\nState=END\natmt\n"), done.stderr


def test_layers_imported_by_the_script_run_on_it_too(atmt_exec):
    done = atmt_exec("from scapy.layers.tftp import TFTP_read; print(len(TFTP_read.atmt_graph.states))")
    assert (done.returncode, done.stdout) == (0, "5\n"), done.stderr


def test_a_script_finds_the_modules_beside_it(atmt_exec, tmp_path):
    (tmp_path / "beside.py").write_text("answer = 42")
    assert atmt_exec("from beside import answer; print(answer)").stdout == "42\n"


def test_what_the_script_raises_comes_with_its_traceback(atmt_exec):
    done = atmt_exec("def f():\n    raise ValueError('mine')\nf()")
    assert done.returncode == 1
    assert 'script.py", line 2, in f' in done.stderr


def test_its_exit_code_is_the_scripts(atmt_exec):
    assert atmt_exec("raise SystemExit(7)").returncode == 7


def test_an_end_that_is_no_final_state_has_a_traceback_and_exit_code_1(atmt_exec):
    script = HELLO.replace("raise self.END()", "pass")
    done = atmt_exec(script)
    assert done.returncode == 1
    assert "Stuck" in done.stderr
    assert 'script.py"' in done.stderr


def test_a_script_that_is_not_there_is_said_so():
    command = [sys.executable, "-m", "atmt", "exec", "nowhere.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        "Error: there is no script nowhere.py; give a path from the working directory\n",
    )
