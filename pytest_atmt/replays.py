"""Records of earlier runs, opened to be replayed: ``--atmt-replay`` with a report.json, or with captures.

A capture that atmt wrote says in a comment of its own which test it is of, and what that needs besides packets.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from atmt.errors import TesterFault
from atmt.links.recorded import Capture, read_pcapng

from .acquaintance import Facts
from .peers.replay import ReplayError
from .peers.statement import Statement
from .roles import SERVER

_MARK = "atmt-replay "
_LONGEST = 60_000  # characters of a comment; pcapng allows 65,535 octets
_OF_TEST = ("nodeid", "suite", "peer", "verdict", "reason", "requirements", "files", "health")
_OF_RUN = ("arguments", "clock", "began", "lateness", "lost", "omitted", "defect", "client")
_OF_PEER = ("role", "claimed", "observed", "timing")

Document = dict[str, Any]


class Replay:
    """What a ``report.json``, a capture or a folder of captures holds of tests.  Raises `ReplayError` if it is none.

    `held` are the tests that there are (None: those of a whole run, so that no other is expected).
    """

    def __init__(self, file: Path) -> None:
        captures = sorted(file.glob("*.pcapng")) if file.is_dir() else [file] * (file.suffix == ".pcapng")
        self._document = _of_captures(file, captures) if captures else _of_record(file)
        self._tests = {test["nodeid"]: test for test in self._document["tests"]}
        self.held = frozenset(self._tests) if captures else None
        self.file = file

    def statements(self, suite: str) -> list[Statement]:
        """The peers that the record tells of."""
        if self._document["suite"] != suite:
            raise ReplayError(
                f"{self.file} is a record of suite {self._document['suite']!r}, not of {suite!r}"
            )
        return [_statement(name, peer) for name, peer in self._document["peers"].items()]

    def test(self, nodeid: str) -> Mapping[str, Any]:
        """The entry of one test."""
        if nodeid not in self._tests:
            raise ReplayError(f"{self.file} holds no test {nodeid}; record it anew")
        test: Mapping[str, Any] = self._tests[nodeid]
        return test

    def facts(self, peer: str) -> Facts:
        """What had been found out about the peer."""
        known = self._document["peers"][peer]
        timing = {key: value for key, value in known.get("timing", {}).items() if key != "tolerance"}
        return Facts(claimed=known.get("claimed", {}), observed=known.get("observed", {}), timing=timing)


def _statement(name: str, peer: Mapping[str, Any]) -> Statement:
    timing = {key: peer["timing"][key] for key in ("tolerance",) if key in peer.get("timing", {})}
    return Statement(name, "replay", f"replay of {name}", role=peer.get("role", SERVER), **timing)


# -- records


def _of_record(file: Path) -> Document:
    try:
        document = json.loads(file.read_text("utf-8"))
        if document["tests"] and document["peers"] and document["suite"]:
            return dict(document)
        raise ValueError("it holds no test")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReplayError(
            f"--atmt-replay {file} is no record of a run: {error!r}; give its report.json, a capture (.pcapng), or a "
            "folder of captures"
        ) from None


# -- captures


def notes(test: Document, peer: Document, origin: int) -> list[str]:
    """What a capture of a test has to say for itself so that it can be replayed, as comments.

    `origin` is when the test's first run began, in nanoseconds since the epoch.
    """
    runs = [{**_some(run, _OF_RUN), **_notes_of_packets(run["packets"])} for run in test["runs"]]
    content = json.dumps(
        {"test": {**_some(test, _OF_TEST), "runs": runs}, "peer": _some(peer, _OF_PEER), "origin": origin}
    )
    text = base64.b85encode(zlib.compress(content.encode())).decode()
    return [_MARK + text[at : at + _LONGEST] for at in range(0, len(text), _LONGEST)]


def _some(entry: Mapping[str, Any], keys: Iterable[str]) -> Document:
    return {key: entry[key] for key in keys if key in entry}


def _notes_of_packets(packets: list[Document]) -> Document:
    """What its octets do not tell of a packet."""
    shown = [packet for packet in packets if packet["hex"]]
    told = {str(n): packet["note"] for n, packet in enumerate(shown) if packet["note"]}
    return {"directions": "".join(packet["direction"][0] for packet in shown), "notes": told}


def _of_captures(file: Path, paths: list[Path]) -> Document:
    found = [_of_capture(path) for path in paths]
    suites = {entry["test"]["suite"] for entry in found}
    if len(suites) > 1:
        raise ReplayError(f"{file} holds captures of several suites: {', '.join(sorted(suites))}")
    return {
        "suite": suites.pop(),
        "peers": {entry["test"]["peer"]: entry["peer"] for entry in found},
        "tests": [entry["test"] for entry in found],
    }


def _of_capture(path: Path) -> Document:
    """A test's entry, its packets from the capture.  Raises `ReplayError`."""
    try:
        capture = read_pcapng(path)
    except TesterFault as error:
        raise ReplayError(f"--atmt-replay {error}") from None
    text = "".join(c.removeprefix(_MARK) for c in capture.comments if c.startswith(_MARK))
    if not text:
        raise ReplayError(
            f"--atmt-replay {path} does not say which test it is of; give a capture that atmt wrote (captures/ in the "
            "folder of a record, all of them with --atmt-capture always)"
        )
    try:
        entry: Document = json.loads(zlib.decompress(base64.b85decode(text)))
    except (ValueError, zlib.error) as error:
        raise ReplayError(f"--atmt-replay {path}: what it says of its test is broken: {error}") from None
    _deal(path, capture, entry["test"]["runs"], entry["origin"])
    return entry


def _deal(path: Path, capture: Capture, runs: list[Document], origin: int) -> None:
    """Give each run its packets."""
    expected, there = sum(len(run["directions"]) for run in runs), iter(capture.packets)
    if expected != len(capture.packets):
        raise ReplayError(
            f"--atmt-replay {path} holds {len(capture.packets)} packets, but its test had {expected}; it was cut short "
            "or edited: record the test anew"
        )
    words = {"s": "sent", "r": "received", "i": "ignored"}
    for run in runs:
        run["packets"] = [
            {
                "at": round((packet.at - origin) / 1e9 - run["began"], 9),
                "direction": words[letter],
                "note": run["notes"].get(str(n), ""),
                "hex": packet.data.hex(),
            }
            for n, (letter, packet) in enumerate(zip(run["directions"], there, strict=False))
        ]
