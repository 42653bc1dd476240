"""SIGKILL to a run with real servers at random moments: what is left of it after two seconds.

Run as a script: ``python tests/bench/lab_kills.py [KILLS] [SEED] [lifeline]`` (3 kills unless given).  In turns
it kills the controller, one xdist worker and the whole group of ``pytest suites/tftp --peer tftpd-hpa -n 2``.
With "lifeline" the workers call `atmt.lab.lifeline.end_with_parent`, whether or not the plugin does.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIMIT = 2.0  # seconds
SUITE = ["suites/tftp", "--peer", "tftpd-hpa", "-n", "2", "-p", "no:cacheprovider", "-q"]
MARK = "ATMT_KILLS"
VICTIMS = ("controller", "worker", "group")
LIFELINE = """
import os

def pytest_addoption():  # the first that a plugin is asked, long before the worker's configuration is complete
    if "PYTEST_XDIST_WORKER" in os.environ:
        from atmt.lab.lifeline import end_with_parent
        end_with_parent()
"""
LONGEST = 6.0  # seconds into the run at which it is killed at the latest


def marked(value: str) -> dict[int, str]:
    """Processes of one run: what it starts inherits its environment."""
    entry = f"{MARK}={value}".encode()
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            environment = Path(f"/proc/{name}/environ").read_bytes()
            if entry in environment.split(b"\0"):
                found[int(name)] = Path(f"/proc/{name}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


def files(folder: str) -> set[str]:
    """What a run could forget: its temporary files, and shared memory of its user."""
    shared = [path for path in Path("/dev/shm").glob("*") if path.lstat().st_uid == os.geteuid()]
    return {str(path) for path in (*shared, *Path(folder).glob("temporary/*"))}


def below(pid: int) -> Iterator[int]:
    """A process and all its offspring."""
    yield pid
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield from below(int(child))


def kill(victim: str, run: subprocess.Popen[bytes], chance: random.Random) -> list[int]:
    """Kill it; returns what must end with it."""
    workers = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
    doomed = run.pid
    if victim == "worker" and workers:
        doomed = int(chance.choice(workers))
    family = list(below(doomed))
    if victim == "group":
        os.killpg(run.pid, signal.SIGKILL)
    else:
        os.kill(doomed, signal.SIGKILL)
    return family


def leftovers(run: subprocess.Popen[bytes], mark: str, family: list[int]) -> list[str]:
    """Who lives and should not; after a worker was killed, the run itself goes on.

    Agents and topologies hide their environment from an ordinary user, so that kinship has to tell.
    """
    left = [f"{pid} {_command(pid)}" for pid in family if _lives(pid)]
    return left if run.poll() is None else [*left, *marked(mark).values()]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")[:60]
    except OSError:
        return ""


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def start(folder: str, mark: str, lifeline: bool) -> subprocess.Popen[bytes]:
    (Path(folder) / "lifeline.py").write_text(LIFELINE)
    paths = (str(ROOT), folder, os.environ.get("PYTHONPATH", ""))
    (Path(folder) / "temporary").mkdir()
    environment = {
        **os.environ,
        MARK: mark,
        "TMPDIR": f"{folder}/temporary",
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        *SUITE,
        "--atmt-report",
        f"{folder}/r",
        "--basetemp",
        f"{folder}/tmp",
    ]
    command += ["-p", "lifeline"] if lifeline else []
    output = (Path(folder) / "output").open("wb")
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, start_new_session=True, stdout=output, stderr=output
    )


def one(number: int, chance: random.Random, lifeline: bool) -> bool:
    """Whether nothing was left after one kill."""
    victim, moment, mark = VICTIMS[number % 3], chance.uniform(0.3, LONGEST), f"{os.getpid()}.{number}"
    family: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        before = files(folder)
        run = start(folder, mark, lifeline)
        with suppress(subprocess.TimeoutExpired):
            run.wait(moment)
        if run.poll() is None:
            family = kill(victim, run, chance)
        if victim != "worker":
            run.wait()
        died = time.monotonic()
        while (left := leftovers(run, mark, family)) and time.monotonic() - died < LIMIT:
            time.sleep(0.005)
        took = time.monotonic() - died
        if run.poll() is None:
            run.send_signal(signal.SIGINT)
            run.wait()
        left += files(folder) - before
    state = f"LEFT: {left}" if left else "gone"
    print(
        f"{number:3} {victim:<10} killed at {moment:4.1f} s: {state} after {took * 1e3:6.0f} ms", flush=True
    )
    return not left


def main(kills: int = 3, seed: int = 0, lifeline: str = "") -> None:
    chance = random.Random(seed)
    clean = [one(number, chance, bool(lifeline)) for number in range(kills)]
    print(f"{kills} kills as user {os.geteuid()}: nothing was left {sum(clean)} times")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])
