"""What a topology's process needs on a machine that gives it no namespaces: the machine's own, used with care.

Offers what `home` offers; knows no tester.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from typing import NoReturn

from . import kernel
from .journal import Journal
from .neighbours import Responder
from .peers import Entry, Peers
from .plan import Plan


class SharedHome:
    """Processes and log among everybody else's; its end is the end of all that it made."""

    def __init__(self) -> None:
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)  # orphans stay ours, to be found and ended
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGTERM)  # SIGKILL would leave the programs behind
        signal.signal(signal.SIGTERM, _leave)
        self.peers: Peers = Offspring()
        self.journal = Journal(with_syslog=False)
        self._folders: list[str] = []

    def network(self, plan: Plan) -> SharedNetwork:
        """There is nothing to build."""
        return SharedNetwork()

    def folder(self, name: str, size: int) -> str:
        """Path of a new folder that anybody may write; nobody watches its size."""
        self._folders.append(tempfile.mkdtemp(prefix="atmt-"))
        os.chmod(self._folders[-1], 0o777)
        return self._folders[-1]

    def end(self) -> None:
        """Kill every program and remove every folder."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        try:
            self.peers.kill_all_but(())
        finally:
            for folder in self._folders:
                shutil.rmtree(folder, ignore_errors=True)


class Offspring(Peers):
    """The processes below this one, wherever they went."""

    def entries(self) -> Iterator[Entry]:
        everybody = {entry.pid: entry for entry in super().entries()}
        return (entry for entry in everybody.values() if _descends(entry, os.getpid(), everybody))


class SharedNetwork:
    """The network of the machine; every name stands for it."""

    responders: tuple[Responder, ...] = ()

    def __getitem__(self, name: str) -> SharedNetwork:
        return self

    def enter(self) -> None:
        """We are there."""


def _descends(entry: Entry, ancestor: int, everybody: Mapping[int, Entry]) -> bool:
    """Whether `ancestor` is among the parents of the process."""
    parent: Entry | None = entry
    while parent is not None and parent.parent != ancestor:
        parent = everybody.get(parent.parent)
    return parent is not None


def _leave(*_: object) -> NoReturn:
    raise SystemExit
