"""What /proc tells of threads and processes; used inside a topology and outside alike.

Knows neither which of them are peers nor why somebody asks.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import NamedTuple

STATE, FLAGS, ENVIRONMENT = 0, 6, 47  # positions in /proc/PID/stat behind the name
PF_KTHREAD = 0x20_0000


class Thread(NamedTuple):
    """A living thread: its state's letter, where in the kernel it sleeps ("" if untold), whose it is.

    Ended ones that were not waited for (zombies) do not live.
    """

    state: str
    place: str
    command: str


class Seen(NamedTuple):
    """Living threads by their ids, and the command lines of processes with the mark asked for by theirs."""

    threads: dict[int, Thread]
    marked: dict[int, str]


def look(numbers: Collection[int], mark: str) -> Seen:
    """Threads of these ids, and processes that have `mark` as an entry of their environment."""
    return Seen(_threads(numbers), _bearing(mark))


def _threads(numbers: Collection[int]) -> dict[int, Thread]:
    return {number: found for number in numbers if (found := _thread(number))}


def _bearing(mark: str) -> dict[int, str]:
    """Those in the middle of an exec, of which nobody can tell yet, are counted in."""
    names = [name for name in os.listdir("/proc") if name.isdigit()]
    entry = mark.encode()
    return {int(name): _command(name) for name in names if entry in _entries(name) or _begins(name)}


def _entries(name: str) -> list[bytes]:
    return _read(name, "environ").split(b"\0")


def _begins(name: str) -> bool:
    """Whether it is ours to look at and has no place for an environment yet."""
    try:
        with open(f"/proc/{name}/environ", "rb") as file:
            if file.read(1):
                return False
    except OSError:
        return False
    stat = _read(name, "stat").rpartition(b")")[2].split()
    if not stat or stat[STATE] in (b"Z", b"X") or int(stat[FLAGS]) & PF_KTHREAD:
        return False
    return stat[ENVIRONMENT] == b"0"


def _thread(number: int) -> Thread | None:
    stat = _read(number, "stat").rpartition(b")")[2].split()
    if not stat or stat[STATE] in (b"Z", b"X"):
        return None
    return Thread(stat[STATE].decode(), _read(number, "wchan").decode().strip("0"), _command(number))


def _command(number: int | str) -> str:
    return _read(number, "cmdline").replace(b"\0", b" ").decode(errors="replace").strip()


def _read(number: int | str, name: str) -> bytes:
    try:
        with open(f"/proc/{number}/{name}", "rb") as file:
            return file.read()
    except OSError:  # it has just ended, or is none of our business
        return b""
