"""`atmt lab`: a shell or a command in a network of its own, as root and as an ordinary user."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from atmt.lab import Lab
from atmt.lab.recording import recording

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def atmt_lab(tmp_path: Path) -> Run:
    """Runs `atmt lab` with these arguments, without a terminal."""

    def run(*arguments: str, input: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "atmt", "lab", *arguments]
        path = os.pathsep.join((str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")))
        root = {**os.environ, "PYTHONPATH": path}
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=root,
            input=input,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_a_command_runs_at_the_peer_and_its_status_is_ours(atmt_lab: Run) -> None:
    done = atmt_lab("--no-capture", "--", "sh", "-c", "echo $ATMT_LAB; cat; exit 7", input="typed")
    assert (done.returncode, done.stdout) == (7, "peer\ntyped")


def test_the_addresses_are_told(atmt_lab: Run) -> None:
    done = atmt_lab("--no-capture", "--name", "client", "--name", "server", "--at", "server", "--", "true")
    assert "* server" in done.stderr
    assert "192.0.2.3 2001:db8::3" in done.stderr


def test_a_command_that_is_killed_is_told_as_by_a_shell(atmt_lab: Run) -> None:
    assert atmt_lab("--no-capture", "--", "sh", "-c", "kill -9 $$").returncode == 128 + signal.SIGKILL


@pytest.mark.parametrize("arguments", [["--at", "nobody"], ["--name", "tester"], ["--mtu", "1"]])
def test_a_network_that_cannot_be_is_refused(atmt_lab: Run, arguments: list[str]) -> None:
    done = atmt_lab("--no-capture", *arguments, "--", "true")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_a_command_that_is_not_there_is_told(atmt_lab: Run) -> None:
    done = atmt_lab("--no-capture", "--", "no-such-tool")
    assert (done.returncode, "no-such-tool" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_what_passes_is_captured(atmt_lab: Run, tmp_path: Path) -> None:
    code = "import socket; socket.socket(2, 2).sendto(b'marked', ('192.0.2.1', 9))"
    done = atmt_lab("-w", "wire.pcap", "--", sys.executable, "-I", "-S", "-c", code)
    assert done.returncode == 0, done.stderr
    assert b"marked" in (tmp_path / "wire.pcap").read_bytes()


@pytest.mark.parametrize("tools", ["with tcpdump", "without"])
def test_a_recording_has_what_arrived(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tools: str
) -> None:
    import socket

    if tools == "without":
        monkeypatch.setattr("atmt.lab.recording.TOOL", "no-such-tcpdump")
    elif shutil.which("tcpdump", path=os.environ["PATH"] + ":/usr/sbin") is None:
        pytest.skip("tcpdump is not installed")
    with lab.topology() as net:
        with recording(net, net.tester, tmp_path / "file") as who:
            asking = net.socket(net.peer, socket.AF_INET, socket.SOCK_DGRAM)
            asking.sendto(b"marked", (net.tester.ipv4, 9))
        assert who == ("atmt" if tools == "without" else "tcpdump")
    assert b"marked" in (tmp_path / "file").read_bytes()


def test_an_ordinary_user_gets_a_command_too(
    as_ordinary_user: Callable[[str], subprocess.Popen[str]],
) -> None:
    code = "import sys; sys.argv[1:] = ['lab', '--no-capture', '--', 'sh', '-c', 'id -u; exit 5']\n"
    program = as_ordinary_user(code + "import atmt.__main__")
    out, err = program.communicate(timeout=60)
    if "No module named" in err:
        pytest.skip("the ordinary user's Python has no click")
    assert (out, program.returncode) == ("0\n", 5)


def test_a_shell_at_a_terminal_has_one_of_its_own() -> None:
    script = "import sys; sys.argv[1:] = ['lab', '--no-capture']; import atmt.cli; atmt.cli.main()"
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["SHELL"] = "/bin/sh"
        os.execv(sys.executable, [sys.executable, "-c", script])
    os.write(terminal, b"echo at $ATMT_LAB; test -t 0 && tty; ps -o stat= 2>/dev/null; exit 9\n")
    shown = b""
    try:
        while data := os.read(terminal, 4096):
            shown += data
    except OSError:  # the terminal has been left
        pass
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9
    assert b"at peer" in shown
    assert b"/dev/pts/" in shown or b"not a tty" in shown
    assert b"job control" not in shown
