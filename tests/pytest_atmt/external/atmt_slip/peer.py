"""An adapter: the peer is a program whose standard streams are the line."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence
from itertools import count
from typing import Any
from urllib.parse import unquote

from atmt import Automaton, EnvironmentFault
from atmt.clock import MonotonicClock
from atmt.links.base import Link
from atmt.links.impairment import Impairment
from pytest_atmt import Peer, Statement, Suite
from pytest_atmt.peers.base import impaired

from . import driver
from .link import SlipLink

TESTER, PEER = "192.0.2.1", "192.0.2.2"
_PORTS = count(50000)


class SlipPeer(Peer):
    """``command`` in the section ``[slip]`` of its statement, or ``--peer 'slip://PROGRAM ARGUMENTS'``."""

    clock_kind = "real"

    def __init__(self, statement: Statement, suite: Suite) -> None:
        self.statement, self.clock = statement, MonotonicClock()
        self._suite = suite
        command = statement.settings.get("command") or _command(statement.settings["address"])
        try:
            self._program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            raise EnvironmentFault(
                f"{command[0]}: {error.strerror}", "Install it, or give its path."
            ) from None
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._out, self._into = self._program.stdin, self._program.stdout
        os.set_blocking(self._into.fileno(), False)

    def arguments(self) -> dict[str, Any]:
        mine = {"server": PEER, "port": self._suite.port, "sport": next(_PORTS)}
        return {**mine, **self.statement.arguments}

    def link(self, impair: Sequence[Impairment]) -> Link:
        line = SlipLink(self._suite.codec(TESTER), self._into.fileno(), self._out.fileno())
        return impaired(line, impair, self.clock)

    def drive(self, automaton: Automaton) -> None:
        driver.run(automaton, self.statement.limit)

    def defect(self) -> str:
        status = self._program.poll()
        return "" if status is None else f"{self.statement.name} ended by itself, with status {status}"

    def close(self) -> None:
        self._program.kill()
        self._program.wait()
        self._out.close()
        self._into.close()


def _command(address: str) -> list[str]:
    return shlex.split(unquote(address.removeprefix("slip://")))
