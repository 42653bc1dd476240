"""Records of earlier runs, opened to be replayed: ``--atmt-replay report.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .acquaintance import Facts
from .peers.replay import ReplayError
from .peers.statement import Statement


class Replay:
    """What a ``report.json`` holds of the tests that it tells of.  Raises `ReplayError` if it is none."""

    def __init__(self, file: Path) -> None:
        try:
            self._document = json.loads(file.read_text("utf-8"))
            self._tests = {test["nodeid"]: test for test in self._document["tests"]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReplayError(
                f"--atmt-replay {file} is no record of a run: {error!r}; give its report.json"
            ) from None
        self._file = file

    def statements(self, suite: str) -> list[Statement]:
        """The peers that the record tells of."""
        if self._document["suite"] != suite:
            raise ReplayError(
                f"{self._file} is a record of suite {self._document['suite']!r}, not of {suite!r}"
            )
        return [Statement(name, "replay", f"replay of {name}") for name in self._document["peers"]]

    def test(self, nodeid: str) -> Mapping[str, Any]:
        """The entry of one test."""
        if nodeid not in self._tests:
            raise ReplayError(f"{self._file} holds no test {nodeid}; record it anew")
        test: Mapping[str, Any] = self._tests[nodeid]
        return test

    def facts(self, peer: str) -> Facts:
        """What had been found out about the peer."""
        known = self._document["peers"][peer]
        return Facts(claimed=known.get("claimed", {}), observed=known.get("observed", {}))
