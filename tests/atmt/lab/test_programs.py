"""What a topology promises about what programs say, when they are ready, how they end, and a second use."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from labframes import Datagram, udp_frame

from atmt.errors import PeerNotReady
from atmt.lab import Lab, Topology

Python = Callable[[str], list[str]]
SYSLOG = "import syslog; syslog.openlog('me', syslog.LOG_PID, syslog.LOG_DAEMON); syslog.syslog('{}')"
SERVE = "import socket; s = socket.create_server(('', 7)); s.accept()"


def shell(script: str) -> list[str]:
    return ["sh", "-c", script]


def test_what_a_program_writes_is_in_the_log_with_its_times(net: Topology) -> None:
    before = time.monotonic()
    program = net.start(net.peer, shell("echo one; echo two >&2; printf three"))
    program.wait()
    lines = net.log.lines()
    assert sorted((line.pid, line.stream, line.text) for line in lines) == [
        (program.number, "stderr", "two"),
        (program.number, "stdout", "one"),
        (program.number, "stdout", "three"),
    ]
    assert all(before < line.at < time.monotonic() for line in lines)


def test_the_last_words_of_a_crash_are_in_the_log(net: Topology) -> None:
    program = net.start(net.peer, shell("echo alas; kill -SEGV $$"))
    program.wait()
    assert program.said() == "alas"


def test_each_program_says_its_own(net: Topology) -> None:
    programs = [net.start(net.peer, shell(f"echo {word}")) for word in ("one", "two")]
    for program in programs:
        program.wait()
    assert [program.said() for program in programs] == ["one", "two"]


def test_the_log_can_be_read_when_all_is_over(lab: Lab) -> None:
    with lab.topology() as net:
        net.start(net.peer, shell("echo one")).wait()
        net.log.lines()
    assert net.log.text() == "one"


def test_a_flood_does_not_fill_the_memory(net: Topology) -> None:
    net.start(net.peer, shell("yes | head -c 20000000")).wait()
    lines = net.log.lines()
    assert "full" in lines[-1].text
    assert len(lines) < 400_000


def test_syslog_goes_to_the_log_and_not_to_the_host(net: Topology, python: Python) -> None:
    program = net.start(net.peer, python(SYSLOG.format("hello")))
    program.wait()
    assert [(line.stream, line.text) for line in net.log.lines()] == [("syslog", "me[2]: hello")]


def test_syslog_of_two_topologies_does_not_mix(lab: Lab, python: Python) -> None:
    with lab.topology() as one, lab.topology() as other:
        for net, word in ((one, "here"), (other, "there")):
            net.start(net.peer, python(SYSLOG.format(word))).wait()
        assert [net.log.text().split()[-1] for net in (one, other)] == ["here", "there"]


def test_tftpd_hpa_tells_by_syslog_what_it_was_asked(net: Topology, tftpd: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    server = net.start(net.peer, [tftpd, "-L", "-v", "-v", "--secure", str(tmp_path)])
    net.wait_udp(net.peer, 69, server)
    net.packet_socket(net.tester).send(udp_frame(net.tester, net.peer, (4000, 69), b"\0\1missing\0octet\0"))
    assert "missing" in net.wait_log("RRQ from", server).text


def test_a_program_is_ready_when_it_says_so(net: Topology) -> None:
    program = net.start(net.peer, shell("echo starting; echo ready to serve; sleep 60"))
    assert net.wait_log(r"ready to \w+", program).text == "ready to serve"


def test_what_it_said_before_it_went_to_the_background_counts(net: Topology) -> None:
    program = net.start(net.peer, shell("echo ready; sleep 60 & exit 0"))
    program.wait()
    assert net.wait_log("ready", program).text == "ready"


@pytest.mark.parametrize(
    ("script", "why"), [("exit 3", "exited with status 3"), ("sleep 60", "no such line has come")]
)
def test_a_program_that_does_not_say_so_is_not_ready(net: Topology, script: str, why: str) -> None:
    with pytest.raises(PeerNotReady, match=why):
        net.wait_log("ready", net.start(net.peer, shell(script)), timeout=0.2)


def test_a_program_is_ready_when_it_accepts_a_connection(net: Topology, python: Python) -> None:
    program = net.start(net.peer, python(SERVE))
    net.wait_connect(net.peer, 7, program)
    assert program.wait() == 0


@pytest.mark.parametrize(("script", "why"), [("exit 3", "status 3"), ("sleep 60", "refused")])
def test_a_program_that_accepts_nothing_is_not_ready(net: Topology, script: str, why: str) -> None:
    with pytest.raises(PeerNotReady, match=why):
        net.wait_connect(net.peer, 7, net.start(net.peer, shell(script)), timeout=0.2)


@pytest.mark.parametrize(
    ("script", "ending"),
    [
        ("exit 0", "exited with status 0"),
        ("exit 3", "exited with status 3"),
        ("kill -SEGV $$", "was killed by SIGSEGV"),
        ("kill -40 $$", "was killed by signal 40"),
    ],
)
def test_an_ending_is_told_in_words(net: Topology, script: str, ending: str) -> None:
    program = net.start(net.peer, shell(script))
    program.wait()
    assert program.ending == ending


def test_a_running_program_has_no_ending(net: Topology) -> None:
    assert net.start(net.peer, ["sleep", "60"]).ending == ""


def test_a_restarted_program_is_a_new_one_started_alike(net: Topology, python: Python) -> None:
    old = net.start(net.peer, python(SERVE), env={"PATH": os.environ["PATH"]})
    net.wait_tcp(net.peer, 7, old)
    new = net.restart(old)
    net.wait_tcp(net.peer, 7, new)
    assert (old.running(), new.running(), new.argv) == (False, True, old.argv)


def test_a_clean_topology_is_as_new(net: Topology) -> None:
    folder = net.folder("root")
    (folder.outside / "sub").mkdir()
    (folder.outside / "sub" / "file").write_text("x")
    (folder.outside / "link").symlink_to("sub")
    link = net.packet_socket(net.tester)
    program = net.start(net.peer, shell("echo said; setsid sleep 60 & sleep 61"))
    net.wait_log("said", program)
    net.clean()
    assert (net.leftovers(), net.log.lines(), list(folder.outside.iterdir())) == ([], [], [])
    assert (program.wait(), link.fileno()) == (-signal.SIGKILL, -1)
    assert net.start(net.peer, shell("echo again")).wait() == 0
    assert net.log.text() == "again"


def test_cleaning_keeps_what_it_is_told_to_keep(net: Topology, python: Python) -> None:
    kept = net.start(net.peer, shell("sleep 60 & wait"))
    other = net.start(net.peer, ["sleep", "61"])
    net.clean(keep=[kept])
    assert (kept.running(), other.running(), len(net.leftovers())) == (True, False, 1)
    assert kept.stop() == -signal.SIGTERM


def test_a_server_lives_through_a_hundred_tests_with_a_link_each(
    net: Topology, echo: Callable[[int], list[str]], hear: Callable[[socket.socket], Datagram]
) -> None:
    server = net.start(net.peer, echo(4))
    net.wait_udp(net.peer, 7, server)
    for _ in range(100):
        link = net.packet_socket(net.tester)
        link.send(udp_frame(net.tester, net.peer, (4000, 7), b"live"))
        assert hear(link).payload == b"evil"
        net.clean(keep=[server])
    assert server.running()


def test_devices_are_there(net: Topology) -> None:
    script = "echo x > /dev/null && head -c 3 /dev/urandom | wc -c && ls -d /dev/pts /dev/fd /dev/stdin"
    assert net.start(net.peer, shell(script)).wait() == 0


def test_the_hosts_own_devices_stay_as_they_are(net: Topology) -> None:
    assert not Path("/dev/shm/.atmt-log").exists()
    assert not os.path.islink("/dev/log") or os.readlink("/dev/log") != "/dev/shm/.atmt-log"


def test_logger_is_heard(net: Topology) -> None:
    if shutil.which("logger") is None:
        pytest.skip("logger is not installed")
    net.start(net.peer, ["logger", "-t", "tag", "word"]).wait()
    assert net.log.text() == "tag: word"


def test_a_stream_socket_is_untouched_by_cleaning_elsewhere(lab: Lab) -> None:
    with lab.topology() as one, lab.topology() as other:
        sock = other.socket(other.peer, socket.AF_INET, socket.SOCK_STREAM)
        one.clean()
        assert sock.fileno() >= 0
