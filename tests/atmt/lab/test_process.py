"""What a topology promises about the programs in it."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from labframes import Datagram, udp_frame

from atmt.errors import PeerNotReady, ProgramMissing
from atmt.lab import Lab, Process, Topology

Python = Callable[[str], list[str]]
Hear = Callable[[socket.socket], Datagram]
BIND = "import socket; s = socket.socket(socket.AF_INET, socket.{kind}); s.bind(('', 7)); "
IGNORE_TERM = (
    "import signal, os; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.write(1, b'.'); signal.pause()"
)


class Pipe:
    """What a program writes: give it `inlet`, then read."""

    def __init__(self) -> None:
        outlet, self.inlet = os.pipe()
        self._reader: BinaryIO = os.fdopen(outlet, "rb")

    def line(self) -> str:
        """One line, as soon as it is there; an empty one when all who could write have gone."""
        self._close_inlet()
        return self._reader.readline().decode().strip()

    def first_byte(self) -> bytes:
        """Proof that the program has come as far as writing."""
        self._close_inlet()
        return os.read(self._reader.fileno(), 1)

    def close(self) -> None:
        """Both ends."""
        self._close_inlet()
        self._reader.close()

    def rest(self) -> str:
        """All that is still to come."""
        self._close_inlet()
        return self._reader.read().decode()

    def _close_inlet(self) -> None:
        if self.inlet >= 0:
            os.close(self.inlet)
            self.inlet = -1


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    made.close()


def shell(script: str) -> list[str]:
    return ["sh", "-c", script]


def test_tftpd_hpa_answers_a_request_for_a_missing_file(
    net: Topology, hear: Hear, tftpd: str, tmp_path: Path
) -> None:
    tmp_path.chmod(0o755)  # as root the server really becomes another user
    server = net.start(net.peer, [tftpd, "-L", "--secure", str(tmp_path)])
    net.wait_udp(net.peer, 69, server)
    link = net.packet_socket(net.tester)
    link.send(udp_frame(net.tester, net.peer, (4000, 69), b"\0\1missing\0octet\0"))
    assert hear(link).payload.startswith(b"\0\5\0\1")
    assert server.stop() == 0


@pytest.mark.parametrize("status", [0, 3])
def test_an_exit_status_is_remembered(net: Topology, status: int) -> None:
    early = net.start(net.peer, shell(f"exit {status}"))
    assert net.start(net.peer, ["true"]).wait() == 0
    assert early.wait() == status
    assert early.wait() == status
    assert not early.running()


def test_a_crash_is_told_by_its_signal(net: Topology) -> None:
    assert net.start(net.peer, shell("kill -SEGV $$")).wait() == -signal.SIGSEGV


def test_a_program_gets_default_signals(net: Topology) -> None:
    assert net.start(net.peer, shell("kill -PIPE $$")).wait() == -signal.SIGPIPE  # Python ignores it


def test_a_signal_reaches_the_program(net: Topology) -> None:
    program = net.start(net.peer, ["sleep", "60"])
    assert program.running()
    program.signal(signal.SIGUSR1)
    assert program.wait() == -signal.SIGUSR1
    program.signal(signal.SIGUSR1)  # to the dead: nothing


def test_waiting_ends_in_time(net: Topology) -> None:
    with pytest.raises(TimeoutError, match="sleep still runs"):
        net.start(net.peer, ["sleep", "60"]).wait(0.01)


def test_a_program_is_known_outside_by_its_pid(net: Topology) -> None:
    program = net.start(net.peer, ["sleep", "60"])
    assert Path(f"/proc/{program.pid}/cmdline").read_bytes() == b"sleep\x0060\x00"


def test_stop_kills_what_ignores_sigterm(net: Topology, python: Python, pipe: Pipe) -> None:
    program = net.start(net.peer, python(IGNORE_TERM), stdout=pipe.inlet)
    assert pipe.first_byte() == b"."
    assert program.stop(timeout=0.05) == -signal.SIGKILL


def test_stop_takes_the_offspring_along(net: Topology, pipe: Pipe) -> None:
    program = net.start(net.peer, shell("sleep 60 & sleep 61 & echo; wait"), stdout=pipe.inlet)
    pipe.line()
    assert program.stop() == -signal.SIGTERM
    assert net.leftovers() == []


def test_stop_takes_the_offspring_of_the_dead_along(net: Topology) -> None:
    program = net.start(net.peer, shell("sleep 60 & exit 4"))
    assert program.wait() == 4
    assert len(net.leftovers()) == 1
    assert program.stop() == 4
    assert net.leftovers() == []


def test_what_left_the_session_is_left_over(net: Topology, pipe: Pipe) -> None:
    program = net.start(net.peer, shell("setsid sh -c 'echo; exec sleep 60' & wait"), stdout=pipe.inlet)
    pipe.line()
    program.stop()
    assert len(net.leftovers()) == 1
    assert "sleep 60" in net.leftovers()[0]


def test_a_program_inherits_nothing(net: Topology, python: Python, pipe: Pipe) -> None:
    code = "import os; print(sorted(os.listdir('/proc/self/fd')), os.getsid(0) == os.getpid(), os.read(0, 1))"
    net.start(net.peer, python(code), stdout=pipe.inlet)
    assert pipe.line() == "['0', '1', '2', '3'] True b''"  # 3 is the listing itself


def test_a_program_gets_the_descriptors_it_is_given(net: Topology, pipe: Pipe) -> None:
    net.start(net.peer, shell("echo out; echo nine >&9"), stdout=pipe.inlet, fds={9: pipe.inlet})
    assert [pipe.line(), pipe.line()] == ["out", "nine"]


def test_a_program_gets_its_folder_and_environment(net: Topology, pipe: Pipe, tmp_path: Path) -> None:
    environment = {"WORD": "schön", "PATH": os.environ["PATH"]}
    net.start(net.peer, shell('echo "$PWD $WORD"'), cwd=tmp_path, env=environment, stdout=pipe.inlet)
    assert pipe.line() == f"{tmp_path} schön"


def test_identities_are_pretended_only_where_they_cannot_change(
    lab: Lab, net: Topology, python: Python, pipe: Pipe
) -> None:
    code = "import os; os.setgroups([]); os.setgid(5); os.setuid(5); print(os.getuid())"
    net.start(net.peer, python(code), stdout=pipe.inlet)
    assert pipe.line() == ("0" if lab.mode == "single" else "5")


def test_a_missing_program_is_told_before_anything_starts(net: Topology) -> None:
    with pytest.raises(ProgramMissing, match="no-such-daemon") as missing:
        net.start(net.peer, ["no-such-daemon"])
    assert "Install" in missing.value.remedy


def test_a_program_without_its_interpreter_is_missing(net: Topology, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    with pytest.raises(ProgramMissing, match="No such file") as missing:
        net.start(net.peer, [str(script)])
    assert "interpreter" in missing.value.remedy


def test_a_folder_that_is_not_there_is_told(net: Topology) -> None:
    with pytest.raises(ProgramMissing, match="/no/such/folder"):
        net.start(net.peer, ["true"], cwd="/no/such/folder")


@pytest.mark.parametrize(
    ("script", "why"), [("exit 3", "status 3"), ("kill -SEGV $$", "signal 11"), ("", "status 0")]
)
def test_a_program_that_ends_is_not_ready(net: Topology, script: str, why: str) -> None:
    with pytest.raises(PeerNotReady, match=why) as not_ready:
        net.wait_udp(net.peer, 69, net.start(net.peer, shell(script)))
    assert "UDP port 69" in not_ready.value.cause


def test_a_program_that_never_binds_is_not_ready(net: Topology) -> None:
    program = net.start(net.peer, ["sleep", "60"])
    with pytest.raises(PeerNotReady, match="nobody has bound the port"):
        net.wait_udp(net.peer, 69, program, timeout=0.05)


def test_a_busy_program_is_not_ready(net: Topology, python: Python) -> None:
    program = net.start(net.peer, python(BIND.format(kind="SOCK_DGRAM") + "\nwhile True: pass"))
    with pytest.raises(PeerNotReady, match="busy"):
        net.wait_udp(net.peer, 7, program, timeout=0.5)


def test_a_tcp_port_is_ready_when_it_listens(net: Topology, python: Python) -> None:
    program = net.start(net.peer, python(BIND.format(kind="SOCK_STREAM") + "s.listen(); s.accept()"))
    net.wait_tcp(net.peer, 7, program)
    client = net.socket(net.peer, socket.AF_INET, socket.SOCK_STREAM)
    client.connect(("127.0.0.1", 7))
    assert program.wait() == 0


def test_a_tcp_port_that_is_only_bound_is_not_ready(net: Topology, python: Python) -> None:
    program = net.start(net.peer, python(BIND.format(kind="SOCK_STREAM") + "import signal; signal.pause()"))
    with pytest.raises(PeerNotReady, match="TCP port 7"):
        net.wait_tcp(net.peer, 7, program, timeout=0.2)


def test_a_program_that_went_to_the_background_is_ready(net: Topology, python: Python) -> None:
    code = BIND.format(kind="SOCK_DGRAM") + "import os\nif os.fork() == 0: os.setsid(); s.recv(9)"
    daemon = net.start(net.peer, python(code))
    net.wait_udp(net.peer, 7, daemon)
    assert daemon.wait() == 0
    assert len(net.leftovers()) == 1


def test_orphans_are_reaped(net: Topology, pipe: Pipe) -> None:
    net.start(net.peer, shell("(true & echo $! &)"), stdout=pipe.inlet)
    orphan = pipe.line()
    look = shell(f"test -e /proc/{orphan}")
    assert any(net.start(net.peer, look).wait() == 1 for _ in range(50))


def test_a_program_is_killed_with_its_topology(lab: Lab) -> None:
    with lab.topology() as net:
        processes: list[Process] = [net.start(net.peer, ["sleep", "60"]), net.start(net.peer, ["false"])]
        assert processes[1].wait() == 1
    assert [process.wait() for process in processes] == [-signal.SIGKILL, 1]
    assert [process.stop() for process in processes] == [-signal.SIGKILL, 1]
