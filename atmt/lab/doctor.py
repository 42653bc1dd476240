"""What this machine can do for tests, found out by doing it, and what to change where it cannot.

Judges nothing: which of it somebody needs depends on their peers.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from atmt.errors import EnvironmentFault
from atmt.lab import programs
from atmt.lab.agent import kernel, seccomp, userns
from atmt.lab.lab import Lab, Mode
from atmt.lab.topology import Topology

STEP_LIMIT = 5.0  # seconds for a small program in a topology

Check = Callable[[], str]  # says what it found, or raises EnvironmentFault


class PeerProgram(NamedTuple):
    """A peer by name: where its programs are, or which is `lacking` ("": none) and how to get it."""

    name: str
    found: str
    lacking: str = ""
    remedy: str = ""


class Finding(NamedTuple):
    """One ability: `detail` is what was found, `remedy` what would change it ("" where it is there)."""

    what: str
    ok: bool
    detail: str
    remedy: str = ""


def examine(peers: Iterable[PeerProgram] = ()) -> list[Finding]:
    """All abilities, those that most depends on first, and whether `peers` are installed; takes a second."""
    return [_find(what, check) for what, check in (*_checks(), *map(_peer, peers))]


def _checks() -> list[tuple[str, Check]]:
    return [
        ("root", _root),
        ("user namespaces", lambda: _lab("single")),
        ("subordinate ids", lambda: _lab("subuid")),
        ("packet sockets", _packet_sockets),
        ("network settings", _network_settings),
        ("seccomp filter", _seccomp),
        ("netem", _netem),
        ("C compiler", _compiler),
        ("virtual time", _virtual_time),
        ("scaled time", _scaled_time),
        *((what, _installed(names, package)) for what, names, package in PROGRAMS),
        *((what, _importable(module, remedy)) for what, module, remedy in MODULES),
    ]


# what it is for, the commands of which any will do, how to get it
PROGRAMS = (
    ("tcpdump", ("tcpdump",), "apt-get install tcpdump (to read captures)"),
    ("tshark", ("tshark",), "apt-get install tshark (to read captures)"),
    (
        "Graphviz",
        ("dot",),
        "apt-get install graphviz, or pip install 'pytest-atmt[graph]' (to draw automata)",
    ),
    (
        "Chromium",
        ("chromium", "chromium-browser", "google-chrome"),
        "apt-get install chromium (to test reports)",
    ),
    ("Allure", ("allure",), "npm install -g allure (to show Allure results)"),
    ("npm", ("npm",), "apt-get install npm (to install Allure)"),
)
MODULES = (
    ("pygraphviz", "pygraphviz", "pip install 'pytest-atmt[graph]' (to draw automata)"),
    ("pytest-xdist", "xdist", "pip install pytest-xdist (to run tests in parallel)"),
    ("allure-pytest", "allure_pytest", "pip install allure-pytest (to write Allure results)"),
)


def _find(what: str, check: Check) -> Finding:
    try:
        return Finding(what, True, check())
    except EnvironmentFault as error:
        return Finding(what, False, error.cause, error.remedy)


# -- namespaces and what is in them


def _root() -> str:
    if kernel.has_capability(*userns.NEEDED):
        return "CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_NET_RAW are held"
    raise EnvironmentFault(
        "CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_NET_RAW are not all held",
        "Not needed where user namespaces are there; else run as root",
    )


def _lab(mode: Mode) -> str:
    with Lab(mode) as lab, lab.topology():
        return "a topology was made and taken down"


@contextmanager
def _topology() -> Iterator[Topology]:
    with Lab() as lab, lab.topology() as net:
        yield net


def _packet_sockets() -> str:
    with _topology() as net:
        net.packet_socket(net.tester)
    return "AF_PACKET works in a topology"


def _network_settings() -> str:
    with _topology() as net:
        if _run(net, ["sh", "-c", "test -w /proc/sys/net/ipv4/icmp_ratelimit"]):
            raise EnvironmentFault(
                "/proc/sys cannot be written in a topology, so that limits on ICMP errors stay",
                "Start the container with --security-opt systempaths=unconfined, or outside of one",
            )
    return "/proc/sys/net is writable in a topology"


def _netem() -> str:
    with _topology() as net:
        dev = net.peer.interface
        if _run(net, ["tc", "qdisc", "add", "dev", dev, "root", "netem", "delay", "1ms"]):
            raise EnvironmentFault(
                "the kernel has no netem",
                "Not needed: impairments are made in the link; else modprobe sch_netem",
            )
    return "the kernel delays and drops by itself"


def _run(net: Topology, argv: list[str]) -> int:
    return net.start(net.peer, argv).wait(STEP_LIMIT)


def _seccomp() -> str:
    actions = Path("/proc/sys/kernel/seccomp/actions_avail")
    if seccomp.supported() and actions.exists() and "errno" in actions.read_text().split():
        return "servers that drop privileges can be made to believe that they did"
    raise EnvironmentFault(
        "no filter can be set that answers for the kernel",
        "Use a kernel with CONFIG_SECCOMP_FILTER on x86_64 or aarch64, or run as root",
    )


# -- virtual time


def _compiler() -> str:
    from atmt.lab.vtime import build

    if (found := build.compiler()) is None:
        raise EnvironmentFault("there is none", "apt-get install gcc libc6-dev (for virtual time)")
    return found


def _virtual_time() -> str:
    from atmt.lab.vtime import PeerClock

    clock = PeerClock()
    try:
        with _topology() as net:
            clock.start(net, net.peer, ["sleep", "3600"])
            clock.quiet()
            if clock.next_deadline() != 3600:
                raise EnvironmentFault(
                    f"a sleep of 3600 s was taken for one until {clock.next_deadline()}",
                    "Report it, with the version of the C library (ldd --version)",
                )
    finally:
        clock.close()
    return "a real program slept for an hour in no time"


def _scaled_time() -> str:
    from atmt.lab import scaled

    return str(scaled.library())


# -- what is installed


def _installed(names: tuple[str, ...], remedy: str) -> Check:
    def check() -> str:
        found = next(filter(None, map(_which, names)), None)
        if found is None:
            raise EnvironmentFault(f"{' or '.join(names)} is not installed", remedy)
        return found

    return check


def _peer(peer: PeerProgram) -> tuple[str, Check]:
    def check() -> str:
        if peer.lacking:
            raise EnvironmentFault(f"{peer.lacking} is not installed", peer.remedy)
        return peer.found

    return f"peer {peer.name}", check


def _which(name: str) -> str | None:
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *programs.SYSTEM_FOLDERS))
    return shutil.which(name, path=path)


def _importable(module: str, remedy: str) -> Check:
    def check() -> str:
        if importlib.util.find_spec(module) is None:
            raise EnvironmentFault(f"the module {module} is not installed", remedy)
        return "importable"

    return check
