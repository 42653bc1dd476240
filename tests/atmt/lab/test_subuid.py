"""A user with subordinate ids: programs change their user in truth, and all else is as with one id."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import ordinary
import pytest

Start = Callable[[str], "subprocess.Popen[str]"]
HERE = Path(__file__).parent
SAME = ("test_topology.py", "test_shapes.py", "test_programs.py", "test_process.py", "test_relay.py")
RUN = """
from atmt.lab import Lab
with Lab({mode!r}) as lab, lab.topology() as net:
    folder = net.folder("root")
    net.start(net.peer, ["sh", "-c", {script!r}], cwd=folder.inside).wait()
    print(net.log.text())
    print(*(f"{{path.name}} {{path.read_text()!r}}" for path in folder.outside.iterdir()))
"""
DROP = "setpriv --reuid=65534 --regid=65534 --clear-groups"
SERVE = """
import os
from atmt.lab import Lab
with Lab("subuid") as lab, lab.topology() as net:
    server = net.start(net.peer, ["in.tftpd", "-L", "-s", "-u", "nobody", "-a", f"{net.peer.ipv4}:69", "/"])
    net.wait_udp(net.peer, 69, server)
    print(server.running(), server.said())
"""
REFUSED = """
from atmt.errors import LabUnavailable
from atmt.lab import Lab
try:
    Lab("subuid")
except LabUnavailable as error:
    print(error.cause, error.remedy, sep="|")
"""
HOLD = """
import sys
from atmt.lab import Lab
with Lab("subuid") as lab, lab.topology() as net:
    net.start(net.peer, ["sh", "-c", "setpriv --reuid=65534 --regid=65534 --clear-groups sleep 77 & sleep 78"])
    print("held", flush=True)
    sys.stdin.read()
"""


def said(program: subprocess.Popen[str]) -> list[str]:
    """Its lines; it must not have complained."""
    out, err = program.communicate(timeout=60)
    assert err == ""
    return out.split("\n")[:-1]


def test_a_program_changes_its_user_in_truth(as_granted_user: Start) -> None:
    script = f"{DROP} sh -c 'id -u; echo mine > file; kill -0 1 2>&- || echo not root'"
    lines = said(as_granted_user(RUN.format(mode="subuid", script=script)))
    assert lines[0] == "65534"
    assert lines[-2:] == ["not root", "file 'mine\\n'"]


def test_with_a_single_id_it_only_believes_so(as_ordinary_user: Start) -> None:
    script = f"{DROP} sh -c 'id -u; echo mine > file; kill -0 1 && echo root'"
    lines = said(as_ordinary_user(RUN.format(mode="single", script=script)))
    assert (lines[0], lines[-2:]) == ("0", ["root", "file 'mine\\n'"])


def test_tftpd_hpa_drops_its_privileges_and_serves(as_granted_user: Start, tftpd: str) -> None:
    assert said(as_granted_user(SERVE)) == ["True "]


def test_nothing_is_left_of_its_lab_not_even_of_other_users(as_granted_user: Start) -> None:
    holder = as_granted_user(HOLD)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    below = _family(holder.pid)
    assert len(below) >= 5  # two of the agent, the topology, two programs
    pidfds = [os.pidfd_open(pid) for pid in below if pid != holder.pid]
    holder.kill()
    holder.communicate()
    import select

    assert all(select.select([fd], [], [], 2)[0] for fd in pidfds)


def test_a_user_without_subordinate_ids_is_told_how_to_get_them(as_ordinary_user: Start) -> None:
    if os.geteuid() != 0 and not isinstance(ordinary.become_granted(), str):
        pytest.skip("this user has subordinate ids")
    (line,) = said(as_ordinary_user(REFUSED))
    cause, _, remedy = line.partition("|")
    assert "'subordinate ids': ENOENT" in cause
    assert "--add-subuids" in remedy


def test_networks_and_programs_are_as_with_any_other_lab() -> None:
    before = ordinary.become_granted()
    if isinstance(before, str):
        pytest.skip(before)
    if before == ():
        pytest.skip("the lab fixture of this user has this mode itself")
    if (python := ordinary.interpreter(before, "pytest, hypothesis, scapy, atmt.lab")) is None:
        pytest.skip("no Python with pytest and scapy is executable for an ordinary user (ATMT_USER_PYTHON)")
    command = [
        *before,
        python,
        "-m",
        "pytest",
        "-q",
        "-k",
        "subuid",
        "-p",
        "no:cacheprovider",
        "--timeout=60",
    ]
    done = subprocess.run(
        [*command, *(str(HERE / name) for name in SAME)],
        cwd=ordinary.REPOSITORY,
        env={**os.environ, **ordinary.ENVIRONMENT, "TMPDIR": "/tmp"},
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout[-3000:], done.stderr[-1000:], file=sys.stderr)
    assert done.returncode == 0
    assert int(done.stdout.splitlines()[-1].split()[0]) > 100


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]
